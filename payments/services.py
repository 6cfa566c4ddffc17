"""What other apps may have payments do."""

from payments.opening import create_payment, open_session
from payments.outcomes import (
    abandon_payment,
    ask_gateway,
    expire_payment,
    lock_payment,
    reinstate_payment,
)
from payments.refunding import request_refund, retry_refund
from payments.webhooks import receive_webhook, replay_webhook

__all__ = [
    "abandon_payment",
    "ask_gateway",
    "create_payment",
    "expire_payment",
    "lock_payment",
    "open_session",
    "receive_webhook",
    "reinstate_payment",
    "replay_webhook",
    "request_refund",
    "retry_refund",
]
