"""What must hold between orders, payments, stock and the archive at every commit."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.utils import timezone

from logistics.selectors import live_reservations, units_by_status
from orders.archives import order_archive
from orders.archives.base import ArchiveEntry
from orders.building import view_of
from orders.comparing import OrderFacts, payment_difference, stock_difference
from orders.listing_audit import Owners, compare_lists
from orders.models import Order
from orders.states import FINAL
from payments.selectors import all_order_numbers, get_payments
from shop.core.registry import Difference

BATCH = 500
# A killed archiver's copy is gone on with by the next hourly run.
MOVES_WITHIN = timedelta(hours=2)

T = TypeVar("T")


def check_orders() -> Iterator[Difference]:
    """Yield every difference; copied but not yet deleted orders are in flight."""
    live: dict[str, str] = {}
    for batch in _batches(_live_orders()):
        live |= {facts.number: facts.status for facts in batch}
        yield from _compare(batch)
    archived = set[str]()
    owners: Owners = {}
    now = timezone.now()
    # Read once: it is the one store that only grows.
    for entries in _batches(order_archive().entries()):
        archived |= {entry.number for entry in entries}
        owners |= {entry.number: entry.order.customer_id for entry in entries if entry.order}
        yield from _unreadable_or_live(entries, live, now)
        yield from _compare(
            [OrderFacts.of(e.order) for e in entries if e.order and e.number not in live]
        )
    yield from compare_lists(owners)
    yield from _belonging_to_nothing(live.keys() | archived, live.keys())


def _live_orders() -> Iterator[OrderFacts]:
    orders = Order.objects.order_by("number").prefetch_related("lines", "timeline")
    return (OrderFacts.of(view_of(order)) for order in orders.iterator(chunk_size=BATCH))


def _compare(batch: list[OrderFacts]) -> Iterator[Difference]:
    numbers = [facts.number for facts in batch]
    payments = get_payments(order_numbers=numbers)
    units = units_by_status(order_numbers=numbers)
    for facts in batch:
        wrong = payment_difference(facts, payments.get(facts.number))
        if wrong:
            yield Difference(kind="order_and_payment_differ", subject=facts.number, detail=wrong)
        difference = stock_difference(facts, units.get(facts.number, {}))
        if difference:
            yield difference


def _unreadable_or_live(
    entries: list[ArchiveEntry], live: dict[str, str], now: datetime
) -> Iterator[Difference]:
    for entry in entries:
        if entry.order is None:
            yield Difference(
                kind="archived_order_unreadable",
                subject=entry.number,
                detail="What the archive holds is no order.",
            )
        status = live.get(entry.number)
        if status is not None:
            just_copied = now - entry.archived_at < MOVES_WITHIN
            yield Difference(
                kind="archived_order_still_live",
                subject=entry.number,
                detail=f"It is in the archive, and live as {status}.",
                is_in_flight=status in FINAL and just_copied,
            )


def _belonging_to_nothing(known: Iterable[str], live: Iterable[str]) -> Iterator[Difference]:
    """Yield payments whose order is nowhere, and stock held for no live order."""
    known, live = set(known), set(live)
    for number in all_order_numbers():
        if number not in known:
            yield Difference(
                kind="payment_without_order",
                subject=number,
                detail="Its order is neither live nor in the archive.",
            )
    for number, units in live_reservations():
        if number not in live:
            yield Difference(
                kind="stock_held_for_no_order", subject=number, detail=f"{units} units"
            )


def _batches(each: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(each, BATCH)):
        yield batch
