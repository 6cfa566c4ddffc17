"""The statuses of an order, and which may follow which."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_lazy

from shop.core.errors import Conflict


class OrderStatus(TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", gettext_lazy("Waiting for your payment")
    CONFIRMED = "confirmed", gettext_lazy("Confirmed")
    PACKED = "packed", gettext_lazy("Packed")
    SHIPPED = "shipped", gettext_lazy("Shipped")
    DELIVERED = "delivered", gettext_lazy("Delivered")
    PAYMENT_FAILED = "payment_failed", gettext_lazy("Payment failed")
    PAYMENT_TIMED_OUT = "payment_timed_out", gettext_lazy("Payment timed out")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    RETURNED = "returned", gettext_lazy("Returned")


TRANSITIONS: Mapping[str, frozenset[str]] = {
    OrderStatus.AWAITING_PAYMENT: frozenset(
        {OrderStatus.CONFIRMED, OrderStatus.PAYMENT_FAILED, OrderStatus.PAYMENT_TIMED_OUT}
    ),
    OrderStatus.CONFIRMED: frozenset({OrderStatus.PACKED, OrderStatus.CANCELLED}),
    OrderStatus.PACKED: frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.DELIVERED}),
    OrderStatus.DELIVERED: frozenset({OrderStatus.RETURNED}),
    # late money, by policy
    OrderStatus.PAYMENT_FAILED: frozenset({OrderStatus.CONFIRMED}),
    OrderStatus.PAYMENT_TIMED_OUT: frozenset({OrderStatus.CONFIRMED}),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.RETURNED: frozenset(),
}

UNPAID = frozenset({OrderStatus.PAYMENT_FAILED, OrderStatus.PAYMENT_TIMED_OUT})
# Causes of a payment nobody wants any more: staff cancelled the order, or its own shopper did.
CANCELLED_UNPAID, CALLED_OFF = "cancelled", "called_off"
GIVEN_UP = frozenset({CANCELLED_UNPAID, CALLED_OFF})
# Nothing more is expected to happen; these may move to the archive.
FINAL = UNPAID | {OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.RETURNED}
# The order has, or had, its money: exactly one succeeded payment of its total belongs to it.
PAID = frozenset(
    {
        OrderStatus.CONFIRMED,
        OrderStatus.PACKED,
        OrderStatus.SHIPPED,
        OrderStatus.DELIVERED,
        OrderStatus.CANCELLED,
        OrderStatus.RETURNED,
    }
)
# Given back to the customer: its payment has a refund.
GIVEN_BACK = frozenset({OrderStatus.CANCELLED, OrderStatus.RETURNED})
# Stock is held for it.
HOLDING = frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.CONFIRMED, OrderStatus.PACKED})


class IllegalTransition(Conflict):
    code = "illegal_transition"

    def __init__(self, number: str, old: str, new: str) -> None:
        super().__init__(
            gettext("Order %(number)s is “%(old)s”; it cannot become “%(new)s”.")
            % {
                "number": number,
                "old": OrderStatus(old).label.lower(),
                "new": OrderStatus(new).label.lower(),
            }
        )
        self.number = number
        self.old = old
        self.new = new


def check_transition(number: str, old: str, new: str) -> None:
    """Refuse a step that the table does not have.

    :raises IllegalTransition: naming both statuses
    """
    if new not in TRANSITIONS[old]:
        raise IllegalTransition(number, old, new)
