"""One order held against its payment and its stock."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from orders.states import GIVEN_BACK, PAID, OrderStatus
from orders.types import OrderView
from payments.types import PaymentInfo
from shop.core.money import Money
from shop.core.registry import Difference

EXPECTED_PAYMENT: Mapping[str, frozenset[str]] = {
    OrderStatus.AWAITING_PAYMENT: frozenset({"pending"}),
    OrderStatus.PAYMENT_FAILED: frozenset({"failed", "late_success"}),
    OrderStatus.PAYMENT_TIMED_OUT: frozenset({"timed_out", "late_success"}),
}
# The state that exactly the order's units are in; in all other statuses nothing is held.
EXPECTED_STOCK: Mapping[str, str] = {
    OrderStatus.AWAITING_PAYMENT: "held",
    OrderStatus.CONFIRMED: "committed",
    OrderStatus.PACKED: "committed",
    OrderStatus.SHIPPED: "consumed",
    OrderStatus.DELIVERED: "consumed",
    OrderStatus.RETURNED: "consumed",
}
LIVE = ("held", "committed")


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """What of an order, live or archived, others must agree with; `units` by SKU."""

    number: str
    status: str
    total: Money
    units: Mapping[str, int]

    @classmethod
    def of(cls, order: OrderView) -> Self:
        units: Counter[str] = Counter()
        for line in order.lines:
            units[line.sku] += line.quantity
        return cls(number=order.number, status=order.status, total=order.total, units=units)


def payment_difference(order: OrderFacts, payment: PaymentInfo | None) -> str:
    """Say what is wrong between an order and its payment, "" if nothing is."""
    if payment is None:
        return "The order has no payment."
    if payment.amount != order.total:
        return f"The order is of {order.total}, its payment of {payment.amount}."
    if payment.state not in EXPECTED_PAYMENT.get(order.status, {"succeeded"}):
        return f"The order is {order.status}, its payment {payment.state}."
    if order.status in GIVEN_BACK and payment.refund is None:
        return f"The order is {order.status}, but its money is not on its way back."
    if order.status in PAID - GIVEN_BACK and payment.refund is not None:
        return f"The order is {order.status}, but its money is on its way back."
    return ""


def stock_difference(
    order: OrderFacts, units: Mapping[str, Mapping[str, int]]
) -> Difference | None:
    """Say what is wrong between an order and its reservations (status -> SKU -> units)."""
    expected = EXPECTED_STOCK.get(order.status)
    for status in LIVE:
        if status != expected and units.get(status):
            return _difference("final_order_holds_stock", order, units)
    if expected is None or units.get(expected, {}) == order.units:
        return None
    if not units.get(expected):
        return _difference("order_without_stock", order, units)
    return _difference("order_stock_differs", order, units)


def _difference(
    kind: str, order: OrderFacts, units: Mapping[str, Mapping[str, int]]
) -> Difference:
    has = "; ".join(
        f"{status}: {', '.join(f'{count} of {sku}' for sku, count in by_sku.items())}"
        for status, by_sku in units.items()
    )
    wants = ", ".join(f"{count} of {sku}" for sku, count in order.units.items())
    detail = f"The order is {order.status} and wants {wants}; its stock is {has or 'none'}."
    return Difference(kind=kind, subject=order.number, detail=detail)
