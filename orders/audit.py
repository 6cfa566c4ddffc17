"""What must hold between orders, payments, stock and the archive at every commit."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from logistics.selectors import live_reservations
from orders.archives import OrderArchive, order_archive
from orders.models import Order
from orders.states import FINAL, GIVEN_BACK, HOLDING, PAID, OrderStatus
from payments.selectors import get_payments
from payments.types import PaymentInfo
from shop.core.registry import Difference

logger = logging.getLogger(__name__)

BATCH = 500
# A killed archiver's copy is gone on with by the next hourly run.
MOVES_WITHIN = timedelta(hours=2)
EXPECTED_PAYMENT = {
    OrderStatus.AWAITING_PAYMENT: {"pending"},
    OrderStatus.PAYMENT_FAILED: {"failed", "late_success"},
    OrderStatus.PAYMENT_TIMED_OUT: {"timed_out", "late_success"},
}


def check_orders() -> Iterator[Difference]:
    """Yield every difference; copied but not yet deleted orders are in flight."""
    yield from _against_payments()
    yield from _against_stock()
    yield from _against_archive()


def _against_payments() -> Iterator[Difference]:
    orders = Order.objects.order_by("number").iterator(chunk_size=BATCH)
    batch: list[Order] = []
    for order in orders:
        batch.append(order)
        if len(batch) == BATCH:
            yield from _compare(batch)
            batch = []
    yield from _compare(batch)


def _compare(orders: list[Order]) -> Iterator[Difference]:
    payments = get_payments(order_numbers=[order.number for order in orders])
    for order in orders:
        wrong = _payment_wrong(order, payments.get(order.number))
        if wrong:
            yield Difference(kind="order_and_payment_differ", subject=order.number, detail=wrong)


def _payment_wrong(order: Order, payment: PaymentInfo | None) -> str:
    if payment is None:
        return "The order has no payment."
    if (payment.amount.minor, payment.amount.currency) != (order.total_minor, order.currency):
        return f"The payment is of {payment.amount}, the order is not."
    allowed = EXPECTED_PAYMENT.get(OrderStatus(order.status), {"succeeded"})
    if payment.state not in allowed:
        return f"The order is {order.status}, its payment {payment.state}."
    if order.status in GIVEN_BACK and payment.refund is None:
        return f"The order is {order.status}, but its money is not on its way back."
    if order.status in PAID - GIVEN_BACK and payment.refund is not None:
        return f"The order is {order.status}, but its money is on its way back."
    return ""


def _against_stock() -> Iterator[Difference]:
    held: dict[str, int] = dict(live_reservations())
    statuses = dict(Order.objects.filter(number__in=list(held)).values_list("number", "status"))
    for number, units in held.items():
        status = statuses.get(number)
        if status is None:
            yield Difference(
                kind="stock_held_for_no_order", subject=number, detail=f"{units} units"
            )
        elif status not in HOLDING:
            yield Difference(
                kind="final_order_holds_stock",
                subject=number,
                detail=f"The order is {status} and holds {units} units.",
            )
    holding = Order.objects.filter(status__in=HOLDING).exclude(number__in=list(held))
    for number, status in holding.values_list("number", "status"):
        yield Difference(
            kind="order_without_stock", subject=number, detail=f"It is {status}, holds nothing."
        )


def _against_archive() -> Iterator[Difference]:
    archive = order_archive()
    now = timezone.now()
    live = dict(Order.objects.values_list("number", "status"))
    for entry in archive.entries():
        status = live.get(entry.number)
        if status is not None:
            just_copied = now - entry.archived_at < MOVES_WITHIN
            yield Difference(
                kind="archived_order_still_live",
                subject=entry.number,
                detail=f"It is in the archive, and live as {status}.",
                is_in_flight=status in FINAL and just_copied,
            )
        yield from _unreadable(archive, entry.number)


def _unreadable(archive: OrderArchive, number: str) -> Iterator[Difference]:
    try:
        archive.get(number)
    except Exception as error:
        # Whatever is wrong with one archived order must not hide the others.
        logger.exception("Could not read an archived order.", extra={"number": number})
        yield Difference(kind="archived_order_unreadable", subject=number, detail=repr(error))
