"""How the steps of an order are told to its customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from orders.states import CALLED_OFF, CANCELLED_UNPAID, GIVEN_UP, UNPAID, OrderStatus
from orders.types import OrderView, TimelineView
from payments.types import RefundInfo

TONES: Mapping[str, str] = {
    OrderStatus.AWAITING_PAYMENT: "waiting",
    OrderStatus.CONFIRMED: "moving",
    OrderStatus.PACKED: "moving",
    OrderStatus.SHIPPED: "moving",
    OrderStatus.DELIVERED: "good",
    OrderStatus.PAYMENT_FAILED: "bad",
    OrderStatus.PAYMENT_TIMED_OUT: "bad",
}
HEADLINES: Mapping[str, str] = {
    OrderStatus.AWAITING_PAYMENT: "Waiting for your payment",
    OrderStatus.CONFIRMED: "Thank you, your order is confirmed",
    OrderStatus.PACKED: "Your parcels are packed",
    OrderStatus.SHIPPED: "Your order is on its way",
    OrderStatus.DELIVERED: "Your order was delivered",
    OrderStatus.PAYMENT_FAILED: "The payment did not go through",
    OrderStatus.PAYMENT_TIMED_OUT: "The time to pay ran out",
    OrderStatus.CANCELLED: "This order was cancelled",
    OrderStatus.RETURNED: "This order was returned",
}
STEPS: Mapping[str, str] = {
    OrderStatus.AWAITING_PAYMENT: "Order placed",
    OrderStatus.CONFIRMED: "Payment received",
    OrderStatus.PACKED: "Packed",
    OrderStatus.SHIPPED: "Handed to the carrier",
    OrderStatus.DELIVERED: "Delivered",
    OrderStatus.PAYMENT_FAILED: "Payment failed",
    OrderStatus.PAYMENT_TIMED_OUT: "The time to pay ran out",
    OrderStatus.CANCELLED: "Cancelled",
    OrderStatus.RETURNED: "Returned",
}
# What caused a step, where that is worth telling.
CAUSES: Mapping[str, str] = {
    "payment.failed": "The bank declined the payment.",
    "payment.cancelled": "The payment was called off on the bank's page.",
    CANCELLED_UNPAID: "Called off before anything was paid.",
    CALLED_OFF: "Called off before anything was paid.",
    "window_over": "No payment arrived in time; the items went back on the shelf.",
    "reinstated": "The money came late. Everything was still there, so the order goes on.",
}
AHEAD: tuple[str, ...] = (
    OrderStatus.CONFIRMED,
    OrderStatus.PACKED,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
REFUND_REASONS: Mapping[str, str] = {
    "late_payment": "Your payment arrived after the time to pay was over.",
    "cancelled": "The order was cancelled.",
    "returned": "The order was returned.",
}


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """One step of the timeline; without `at` it is still ahead."""

    title: str
    at: datetime | None = None
    note: str = ""
    is_bad: bool = False
    is_ahead: bool = False


@dataclass(frozen=True, kw_only=True)
class RefundView:
    """Money that goes back; `is_moving` while it may still change by itself."""

    title: str
    text: str
    tone: str
    is_moving: bool


def entries_of(order: OrderView) -> tuple[EntryView, ...]:
    """Return what happened to the order and, while all is well, what will."""
    told = tuple(_entry(entry) for entry in order.timeline)
    if order.is_final:
        return told + tuple(entry for one in order.refunds for entry in _refund_entries(one))
    reached = AHEAD.index(order.status) + 1 if order.status in AHEAD else 0
    return told + tuple(_ahead(order, status) for status in AHEAD[reached:])


def refund_of(refund: RefundInfo, *, zone: tzinfo) -> RefundView:
    """Return where a refund stands, in the customer's words and days."""
    why = REFUND_REASONS.get(refund.reason, "")
    if refund.state == "done":
        settled = refund.settled_at.astimezone(zone) if refund.settled_at else None
        day = f" on {settled:%B} {settled.day}" if settled else ""
        text = f"{why} The bank sent the money back{day}."
        return RefundView(
            title=f"{refund.amount} refunded", text=text.strip(), tone="good", is_moving=False
        )
    if refund.state == "failed":
        text = f"{why} The bank could not send it back at once; our staff are looking after it."
        return RefundView(
            title=f"Refund of {refund.amount} is delayed",
            text=text.strip(),
            tone="warn",
            is_moving=True,
        )
    text = f"{why} The money is on its way back to you; there is nothing you need to do."
    return RefundView(
        title=f"Refund of {refund.amount} is on its way",
        text=text.strip(),
        tone="",
        is_moving=True,
    )


def _entry(entry: TimelineView) -> EntryView:
    title = STEPS[entry.status]
    if entry.status == OrderStatus.PAYMENT_FAILED and entry.cause in GIVEN_UP:
        title = "Cancelled"
    # Tracking numbers are told with the parcels.
    note = entry.note if entry.status in {OrderStatus.CANCELLED, OrderStatus.RETURNED} else ""
    cause = CAUSES.get(entry.cause, "") if entry.status in {*UNPAID, OrderStatus.CONFIRMED} else ""
    return EntryView(title=title, at=entry.at, note=note or cause, is_bad=entry.status in UNPAID)


def _refund_entries(refund: RefundInfo) -> tuple[EntryView, ...]:
    """Return the steps of a refund, which come after the order's own."""
    is_late = refund.reason == "late_payment"
    title = "The payment came too late; refund started" if is_late else "Refund started"
    entries = [EntryView(title=title, at=refund.requested_at)]
    if refund.state == "done":
        entries.append(EntryView(title=f"{refund.amount} refunded", at=refund.settled_at))
    return tuple(entries)


def _ahead(order: OrderView, status: str) -> EntryView:
    if status == OrderStatus.DELIVERED:
        day = order.promised_date
        return EntryView(title=f"Arrives {day:%A, %B} {day.day}", is_ahead=True)
    title = "Payment" if status == OrderStatus.CONFIRMED else STEPS[status]
    return EntryView(title=title, is_ahead=True)
