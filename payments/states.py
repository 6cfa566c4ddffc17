"""The states of payments and refunds, and which may follow which."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_lazy

from shop.core.errors import Conflict


class PaymentState(TextChoices):
    """`failed` is the session's final failure, not one declined card."""

    PENDING = "pending", gettext_lazy("waiting for the payment")
    SUCCEEDED = "succeeded", gettext_lazy("paid")
    FAILED = "failed", gettext_lazy("failed")
    TIMED_OUT = "timed_out", gettext_lazy("timed out")
    LATE_SUCCESS = "late_success", gettext_lazy("paid too late")


class RefundState(TextChoices):
    REQUESTED = "requested", gettext_lazy("requested")
    SENT = "sent", gettext_lazy("sent to the bank")
    DONE = "done", gettext_lazy("refunded")
    FAILED = "failed", gettext_lazy("failed")


PAYMENT_TRANSITIONS: Mapping[str, frozenset[str]] = {
    PaymentState.PENDING: frozenset(
        {PaymentState.SUCCEEDED, PaymentState.FAILED, PaymentState.TIMED_OUT}
    ),
    PaymentState.FAILED: frozenset({PaymentState.LATE_SUCCESS}),
    PaymentState.TIMED_OUT: frozenset({PaymentState.LATE_SUCCESS}),
    # by policy: the order is re-instated
    PaymentState.LATE_SUCCESS: frozenset({PaymentState.SUCCEEDED}),
    PaymentState.SUCCEEDED: frozenset(),
}

REFUND_TRANSITIONS: Mapping[str, frozenset[str]] = {
    RefundState.REQUESTED: frozenset({RefundState.SENT, RefundState.DONE, RefundState.FAILED}),
    RefundState.SENT: frozenset({RefundState.DONE, RefundState.FAILED, RefundState.REQUESTED}),
    # staff set it going again
    RefundState.FAILED: frozenset({RefundState.REQUESTED, RefundState.DONE}),
    RefundState.DONE: frozenset(),
}


class IllegalPaymentTransition(Conflict):
    code = "illegal_payment_transition"

    def __init__(self, old: str, new: str) -> None:
        super().__init__(
            gettext("A payment or refund that is “%(old)s” cannot become “%(new)s”.")
            % {"old": old, "new": new}
        )
        self.old = old
        self.new = new


def check_transition(table: Mapping[str, frozenset[str]], old: str, new: str) -> None:
    """Refuse a step that the table does not have.

    :raises IllegalPaymentTransition: naming both states
    """
    if new not in table[old]:
        raise IllegalPaymentTransition(old, new)
