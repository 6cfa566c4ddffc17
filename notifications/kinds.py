"""The e-mails the shop sends about orders, and while which statuses each is still true."""

from enum import StrEnum

from orders.states import OrderStatus


class Kind(StrEnum):
    """Stored with what was sent: never rename one."""

    CONFIRMED = "confirmed"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_TIMED_OUT = "payment_timed_out"
    LATE_PAYMENT = "late_payment"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


TO_STAFF = frozenset({Kind.REFUND_FAILED})

ON_STATUS = {
    OrderStatus.CONFIRMED: Kind.CONFIRMED,
    OrderStatus.PAYMENT_FAILED: Kind.PAYMENT_FAILED,
    OrderStatus.PAYMENT_TIMED_OUT: Kind.PAYMENT_TIMED_OUT,
    OrderStatus.SHIPPED: Kind.SHIPPED,
    OrderStatus.DELIVERED: Kind.DELIVERED,
    OrderStatus.CANCELLED: Kind.CANCELLED,
    OrderStatus.RETURNED: Kind.RETURNED,
}
"""Of the others, "packed" interests nobody and "awaiting payment" is on the shopper's screen."""

_UNPAID = frozenset({OrderStatus.PAYMENT_FAILED, OrderStatus.PAYMENT_TIMED_OUT})
_ARRIVED = frozenset({OrderStatus.DELIVERED, OrderStatus.RETURNED})
_ON_ITS_WAY = _ARRIVED | {OrderStatus.SHIPPED}
STILL_TRUE = {
    Kind.CONFIRMED: _ON_ITS_WAY | {OrderStatus.CONFIRMED, OrderStatus.PACKED},
    Kind.PAYMENT_FAILED: frozenset({OrderStatus.PAYMENT_FAILED}),
    Kind.PAYMENT_TIMED_OUT: frozenset({OrderStatus.PAYMENT_TIMED_OUT}),
    Kind.LATE_PAYMENT: _UNPAID,
    Kind.SHIPPED: _ON_ITS_WAY,
    Kind.DELIVERED: _ARRIVED,
    Kind.CANCELLED: frozenset({OrderStatus.CANCELLED}),
    Kind.RETURNED: frozenset({OrderStatus.RETURNED}),
    Kind.REFUNDED: frozenset(OrderStatus),
    Kind.REFUND_FAILED: frozenset(OrderStatus),
}
"""Events come late and in any order; "confirmed" after "cancelled" would only confuse."""
