"""What payments refuse."""

from shop.core.errors import Conflict, NotFound


class PaymentNotFound(NotFound):
    code = "payment_not_found"


class WebhookRefused(Conflict):
    """A genuine message whose effect we do not accept; kept with its verdict."""

    code = "webhook_refused"


class PaymentWindowClosed(Conflict):
    """The time to pay is over, or the payment is settled already."""

    code = "payment_window_closed"


class NothingToRefund(Conflict):
    code = "nothing_to_refund"
