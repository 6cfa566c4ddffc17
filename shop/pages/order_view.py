"""What the page of an order shows, live or archived."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings

from logistics.types import ShipmentInfo
from orders.states import GIVEN_UP, UNPAID, OrderStatus
from orders.types import OrderView
from shop.core.errors import InvalidInput
from shop.core.postal import find_place
from shop.core.visitor import Destination
from shop.pages.order_words import (
    HEADLINES,
    TONES,
    EntryView,
    RefundView,
    entries_of,
    refund_of,
)

HOUR = 3600
POLL_PAYMENT_SECONDS = 2
POLL_REFUND_SECONDS = 10
POLL_DELIVERY_SECONDS = 20
CANCELLABLE = frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.CONFIRMED, OrderStatus.PACKED})
LEVELS = {"standard": "Standard delivery", "express": "Express delivery"}


@dataclass(frozen=True, kw_only=True)
class PaymentPanel:
    """What is there to pay; `seconds_left` is 0 when the time is over and the end not yet told."""

    expires_at: datetime
    seconds: int
    seconds_left: int

    @property
    def left(self) -> str:
        return clock(self.seconds_left)

    @property
    def bar_seconds(self) -> int:
        """Return what the bar measures: the last hour of a long window, or it would not move."""
        return min(max(self.seconds, 1), HOUR)


@dataclass(frozen=True, kw_only=True)
class OrderPageView:
    order: OrderView
    headline: str
    tone: str
    payment: PaymentPanel | None
    refund: RefundView | None
    entries: tuple[EntryView, ...]
    token: str
    is_own: bool

    @property
    def says_more_by_status(self) -> bool:
        """Say whether the status adds anything to the headline."""
        return self.order.status_label not in self.headline

    @property
    def parcels(self) -> tuple[ShipmentInfo, ...]:
        return self.order.shipments

    @property
    def parcel_count(self) -> int:
        return len(self.order.shipments or self.order.warehouse_codes) or 1

    @property
    def level_name(self) -> str:
        return LEVELS.get(self.order.service_level, self.order.service_level)

    @property
    def item_count(self) -> int:
        return sum(line.quantity for line in self.order.lines)

    @property
    def is_promised(self) -> bool:
        """Say whether a parcel is still to be expected."""
        return not self.order.is_final

    @property
    def can_cancel(self) -> bool:
        return self.is_own and self.order.status in CANCELLABLE

    @property
    def must_sign_in_to_cancel(self) -> bool:
        return not self.is_own and self.order.status in CANCELLABLE

    @property
    def can_try_again(self) -> bool:
        return self.order.status in UNPAID

    @property
    def poll_seconds(self) -> int:
        """Return how often to look for news, 0 for not at all; static/js/live.js looks less."""
        if self.payment is not None:
            return POLL_PAYMENT_SECONDS
        if self.refund and self.refund.is_moving:
            return POLL_REFUND_SECONDS
        return 0 if self.order.is_final else POLL_DELIVERY_SECONDS

    @property
    def live_url(self) -> str:
        """Return where changes of the order are told at once, "" if none are expected."""
        address = f"{settings.LIVE_URL}/ws/orders/{self.order.number}/"
        return "" if self.order.is_final else address

    @property
    def mark(self) -> str:
        """Return what changes whenever the page would look different."""
        paid = self.order.payment
        refund = paid.refund.state if paid and paid.refund else ""
        is_over = "over" if self.payment and not self.payment.seconds_left else ""
        has_page = "page" if paid and paid.pay_url else ""
        parcels = [shipment.status for shipment in self.order.shipments]
        paid_state = paid.state if paid else ""
        return "-".join([self.order.status, paid_state, refund, is_over, has_page, *parcels])


def clock(seconds: int) -> str:
    """Write a span as the countdown does: 9:40, then 3 h 5 min, then 6 days 23 h."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} day{'s' if days > 1 else ''} {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes}:{rest:02}"


def build_order_page(
    order: OrderView, *, token: str, is_own: bool, now: datetime
) -> OrderPageView:
    """Return the page; `is_own` if who looks may do more than look."""
    refund = order.refunds[0] if order.refunds else None
    zone = timezone_of(order.address.destination)
    return OrderPageView(
        order=order,
        headline=_headline(order),
        tone=TONES.get(order.status, ""),
        payment=_payment(order, now),
        refund=refund_of(refund, zone=zone) if refund else None,
        entries=entries_of(order),
        token=token,
        is_own=is_own,
    )


def timezone_of(destination: Destination) -> tzinfo:
    """Return the time zone that the parcels go to: an order's times are told in it."""
    try:
        return ZoneInfo(find_place(destination.country, destination.postal_code).timezone)
    except InvalidInput:
        return UTC


def _headline(order: OrderView) -> str:
    last = order.timeline[-1] if order.timeline else None
    if order.status == OrderStatus.PAYMENT_FAILED and last and last.cause in GIVEN_UP:
        return "This order was cancelled"
    return HEADLINES[order.status]


def _payment(order: OrderView, now: datetime) -> PaymentPanel | None:
    if order.status != OrderStatus.AWAITING_PAYMENT or order.payment is None:
        return None
    window = order.payment.expires_at - order.payment.created_at
    left = order.payment.expires_at - now
    return PaymentPanel(
        expires_at=order.payment.expires_at,
        seconds=max(int(window.total_seconds()), 1),
        seconds_left=max(int(left.total_seconds()), 0),
    )
