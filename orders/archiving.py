"""Moving finished orders to the archive: copy, read back and compare, delete.

Killed between any two of these, an order is live, or in both places, where the live one wins;
the next run goes on.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from logistics.selectors import shipments_for
from orders.archives import order_archive
from orders.building import view_of
from orders.models import Order
from orders.snapshots import order_to_json
from orders.states import FINAL
from orders.steps import lock_order
from orders.types import OrderView
from payments.selectors import unsettled_orders
from payments.services import lock_payment

logger = logging.getLogger(__name__)

BATCH = 200


class ArchiveDiffers(Exception):
    """What the archive gave back is not what it was given; the live order stays."""


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
        moved += sum(
            archive_order(number=number, now=now) for number in numbers if number not in waiting
        )
    return moved


def archive_order(*, number: str, now: datetime) -> bool:
    """Move one order if it is final and settled, and tell whether it moved."""
    order = _load(number)
    if order is None or not _may_move(number):
        return False
    _copy(order)
    with transaction.atomic():
        lock_payment(order_number=number)
        live = lock_order(number)
        # Late money or staff may have changed it since it was copied: then the next run copies.
        if order_to_json(_view(live)) != order_to_json(order) or not _may_move(number):
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


def _copy(order: OrderView) -> None:
    archive = order_archive()
    archive.save(order)
    if order_to_json(archive.get(order.number)) != order_to_json(order):
        raise ArchiveDiffers(order.number)
