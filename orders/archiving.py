"""Moving finished orders to the archive: copy, read back and compare, delete.

Killed between any two of these, an order is live, or in both places, where the live one wins;
the next run goes on. All of it happens under the order's own lock: the copy that one archiver
drops as out of date could by then be another's, and the only one.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from logistics.selectors import shipments_for
from orders.archive_lock import OrderIsMoving, moving
from orders.archives import order_archive
from orders.building import view_of
from orders.copying import ArchiveDiffers, copy_order
from orders.events import OrderStatusChanged
from orders.models import Order
from orders.snapshots import order_to_json
from orders.states import FINAL
from orders.steps import lock_order
from orders.types import OrderView
from payments.selectors import unsettled_orders
from payments.services import lock_payment
from shop.core.errors import DomainError

logger = logging.getLogger(__name__)

BATCH = 200


def archive_orders(*, now: datetime, limit: int = 10_000) -> int:
    """Move up to `limit` orders whose time has come and return how many moved.

    :raises StoreUnavailable: if the archive does not answer; nothing is lost
    """
    moved = 0
    after = ""
    while moved < limit:
        numbers = _due(now, after)
        if not numbers:
            break
        after = numbers[-1]
        waiting = unsettled_orders(order_numbers=numbers)
        settled = [number for number in numbers if number not in waiting]
        moved += sum(_archive_safely(number, now) for number in settled)
    return moved


def _archive_safely(number: str, now: datetime) -> bool:
    """Move one order; one that cannot be moved stays live and must not keep the others."""
    try:
        return archive_order(number=number, now=now)
    except (ArchiveDiffers, DomainError):
        logger.exception("Could not archive an order.", extra={"number": number})
        return False


def archive_order(*, number: str, now: datetime) -> bool:
    """Move one order if it is final and settled, and tell whether it moved.

    One that somebody else is moving is left to them.

    :raises ArchiveDiffers: if the archive does not give back what it was given
    :raises StoreUnavailable: if it does not answer
    """
    try:
        with moving(number):
            return _move(number)
    except OrderIsMoving:
        return False


def _move(number: str) -> bool:
    order = _load(number)
    if order is None or not _may_move(number):
        return False
    copy_order(order_archive(), order)
    if _delete_live(order):
        return True
    # Late money or staff changed it since: the copy is out of date, a later run makes another.
    order_archive().delete(number)
    return False


def forget_copy_of_changed(event: OrderStatusChanged) -> None:
    """Drop the archived copy of an order that goes on after a killed run left it there.

    :raises OrderIsMoving: if an archiver has it just now; the outbox tries again
    """
    if event.old_status not in FINAL:
        return
    with moving(event.order_number):
        if Order.objects.filter(number=event.order_number).exists():
            order_archive().delete(event.order_number)


@transaction.atomic
def _delete_live(order: OrderView) -> bool:
    lock_payment(order_number=order.number)
    live = lock_order(order.number)
    if order_to_json(_view(live)) != order_to_json(order) or not _may_move(order.number):
        return False
    live.delete()
    return True


def _due(now: datetime, after: str) -> list[str]:
    old = now - timedelta(days=settings.ARCHIVE_AFTER_DAYS)
    due = Order.objects.filter(status__in=FINAL, status_at__lte=old, number__gt=after)
    return list(due.order_by("number").values_list("number", flat=True)[:BATCH])


def _may_move(number: str) -> bool:
    final = Order.objects.filter(number=number, status__in=FINAL).exists()
    return final and not unsettled_orders(order_numbers=[number])


def _load(number: str) -> OrderView | None:
    order = Order.objects.filter(number=number).first()
    return _view(order) if order else None


def _view(order: Order) -> OrderView:
    view = view_of(order)
    shipments = shipments_for(order_numbers=[order.number]).get(order.number, [])
    return replace(view, shipments=tuple(shipments))
