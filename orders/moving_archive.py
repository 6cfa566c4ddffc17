"""From the embedded archive to the configured one: for a shop that has grown into Cassandra."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from orders.archive_lock import moving
from orders.archives import OrderArchive, order_archive
from orders.archives.sql import SqlOrderArchive
from orders.copying import ArchiveDiffers, copy_order
from orders.errors import OrderNotFound
from orders.models import Order
from orders.snapshots import order_to_json
from orders.types import OrderView
from shop.core.errors import Conflict, DomainError

logger = logging.getLogger(__name__)


class NothingToMove(Conflict):
    """The configured archive is the embedded one itself."""

    code = "nothing_to_move"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How many orders moved, and how many could not and are still in the embedded archive."""

    count: int
    left: int


def move_archive(*, progress: Callable[[int], None] = lambda _count: None) -> Moved:
    """Copy every order of the embedded archive, read it back, and only then delete it there.

    Killed at any point, the next call goes on; meanwhile an order is in one place at least, though
    shoppers see only those already in the configured archive. One that cannot be moved is logged,
    stays and does not keep the others.

    :raises NothingToMove: if the configured archive is the embedded one
    :raises StoreUnavailable: if it does not answer
    """
    source, target = SqlOrderArchive(), order_archive()
    if isinstance(target, SqlOrderArchive):
        raise NothingToMove("Orders are archived in PostgreSQL: set CASSANDRA_URL first.")
    count = left = 0
    for entry in source.entries():
        # What cannot be read has been logged; the audit looks at the configured archive only.
        if entry.order is not None and _move_safely(entry.number, source, target):
            count += 1
            progress(count)
        else:
            left += 1
    return Moved(count=count, left=left)


def _move_safely(number: str, source: OrderArchive, target: OrderArchive) -> bool:
    try:
        with moving(number):
            _move(number, source, target)
    except (ArchiveDiffers, DomainError):
        logger.exception("Could not move an archived order.", extra={"number": number})
        return False
    return True


def _move(number: str, source: OrderArchive, target: OrderArchive) -> None:
    # A killed archiver's copy is no archived order yet: the live one is, and moves by itself.
    if not Order.objects.filter(number=number).exists():
        # Read anew, for the entry is as old as the run.
        order = _find(source, number)
        if order is not None and not _has_newer(target, order):
            copy_order(target, order)
    source.delete(number)


def _has_newer(target: OrderArchive, order: OrderView) -> bool:
    """Tell whether the order has gone on, and been archived, since this copy was made.

    :raises ArchiveDiffers: if there is another copy and neither is the newer one
    """
    there = _find(target, order.number)
    if there is None or order_to_json(there) == order_to_json(order):
        return False
    if there.status_at == order.status_at:
        raise ArchiveDiffers(f"{order.number}: two copies of the same time")
    return there.status_at > order.status_at


def _find(archive: OrderArchive, number: str) -> OrderView | None:
    try:
        return archive.get(number)
    except OrderNotFound:
        return None
