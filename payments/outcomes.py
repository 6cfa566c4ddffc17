"""The end of a payment: one conditional change of state, whoever brings the news.

Webhook, timer, staff and the gateway's own status race for the row's lock; the state they find
decides, not the clock. Orders and stock change in the same transaction, by the event.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from payments import deadlines
from payments.errors import WebhookRefused
from payments.events import (
    LateSuccess,
    PaymentFailed,
    PaymentSucceeded,
    PaymentTimedOut,
    SessionObsolete,
)
from payments.gateways import gateway
from payments.gateways.base import SessionState
from payments.locking import lock_by_id, lock_by_order, lock_if_free
from payments.models import Payment, StateChange, WebhookEvent
from payments.selectors import info_of
from payments.states import PAYMENT_TRANSITIONS, PaymentState, check_transition
from payments.types import PaymentInfo
from shop.core import outbox
from shop.core.money import Money

logger = logging.getLogger(__name__)


def lock_payment(*, order_number: str) -> PaymentInfo:
    """Lock the order's payment before its order is locked; needs a transaction.

    :raises PaymentNotFound: if there is none
    """
    return info_of(lock_by_order(order_number))


@transaction.atomic
def record_success(
    *,
    payment_id: UUID | str,
    amount: Money,
    capture_ref: str,
    cause: str,
    now: datetime,
    webhook: WebhookEvent | None = None,
) -> str:
    """Note that the gateway captured `amount`, and return the state this led to ("" if none).

    :raises PaymentNotFound: if there is no such payment
    :raises WebhookRefused: if the amount is not the payment's, or it is a second capture
    """
    payment = lock_by_id(payment_id)
    if amount != payment.amount:
        raise WebhookRefused(f"{amount} was captured, {payment.amount} was asked for.")
    if payment.is_captured:
        if capture_ref != payment.capture_ref:
            raise WebhookRefused(f"A second capture, {capture_ref}, of a paid order.")
        return ""
    payment.capture_ref = capture_ref
    if payment.state == PaymentState.PENDING:
        _change(payment, PaymentState.SUCCEEDED, cause, now, webhook)
        outbox.publish(PaymentSucceeded(cause=cause, at=now.isoformat(), **_ids(payment)))
    else:
        _change(payment, PaymentState.LATE_SUCCESS, cause, now, webhook)
        outbox.publish(
            LateSuccess(
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                gateway=payment.gateway,
                cause=cause,
                **_ids(payment),
            )
        )
    # Read again: a subscriber may have re-instated the order meanwhile.
    payment.refresh_from_db(fields=["state"])
    return payment.state


@transaction.atomic
def record_failure(
    *,
    payment_id: UUID | str,
    cause: str,
    now: datetime,
    webhook: WebhookEvent | None = None,
) -> str:
    """Note the session's final failure, and return the state this led to ("" if none)."""
    payment = lock_by_id(payment_id)
    if payment.state != PaymentState.PENDING:
        return ""
    _change(payment, PaymentState.FAILED, cause, now, webhook)
    outbox.publish(PaymentFailed(cause=cause, at=now.isoformat(), **_ids(payment)))
    return payment.state


@transaction.atomic
def expire_payment(*, payment_id: UUID | str, now: datetime) -> bool:
    """Time a payment out if it is still pending and its window is over; tell whether it was."""
    payment = lock_if_free(payment_id)
    # Locked: somebody settles it at this moment. The sweep comes again in a second.
    if payment is None or payment.state != PaymentState.PENDING or payment.expires_at > now:
        return False
    _change(payment, PaymentState.TIMED_OUT, "window_over", now, None)
    outbox.publish(PaymentTimedOut(cause="window_over", at=now.isoformat(), **_ids(payment)))
    outbox.publish(SessionObsolete(payment_id=str(payment.id)))
    return True


@transaction.atomic
def abandon_payment(*, order_number: str, cause: str, now: datetime) -> bool:
    """Give a pending payment up because customer or staff do not want it; tell whether it was."""
    payment = lock_by_order(order_number)
    if payment.state != PaymentState.PENDING:
        return False
    _change(payment, PaymentState.FAILED, cause, now, None)
    outbox.publish(PaymentFailed(cause=cause, at=now.isoformat(), **_ids(payment)))
    outbox.publish(SessionObsolete(payment_id=str(payment.id)))
    return True


def reinstate_payment(*, order_number: str, now: datetime) -> None:
    """Take late money as the order's payment after all; needs a transaction.

    :raises IllegalPaymentTransition: if the payment is no late success
    """
    payment = lock_by_order(order_number)
    _change(payment, PaymentState.SUCCEEDED, "reinstated", now, None)


def ask_gateway(*, order_number: str, now: datetime) -> str:
    """Ask the gateway how a pending payment stands, for when its message is late or lost.

    :raises InfrastructureError: if the gateway does not answer
    """
    payment = Payment.objects.filter(order_number=order_number).first()
    if payment is None or not payment.session_ref or payment.is_captured:
        return ""
    status = gateway(payment.gateway).fetch_status(session_ref=payment.session_ref)
    if status.state == SessionState.PAID and status.capture_ref:
        return record_success(
            payment_id=payment.id,
            amount=status.amount,
            capture_ref=status.capture_ref,
            cause="gateway_asked",
            now=now,
        )
    if status.state in {SessionState.FAILED, SessionState.CANCELLED}:
        return record_failure(payment_id=payment.id, cause="gateway_asked", now=now)
    return ""


def _change(
    payment: Payment, new: str, cause: str, now: datetime, webhook: WebhookEvent | None
) -> None:
    old = payment.state
    check_transition(PAYMENT_TRANSITIONS, old, new)
    payment.state = new
    payment.settled_at = now
    payment.save(update_fields=["state", "settled_at", "capture_ref"])
    StateChange.objects.create(
        payment=payment, old=old, new=new, cause=cause, webhook=webhook, at=now
    )
    transaction.on_commit(lambda: deadlines.stop(payment_id=payment.id))


def _ids(payment: Payment) -> dict[str, str]:
    return {"payment_id": str(payment.id), "order_number": payment.order_number}
