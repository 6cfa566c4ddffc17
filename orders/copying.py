"""Copying an order into an archive and reading it back, before anything is deleted."""

from orders.archives import OrderArchive
from orders.building import summary_of
from orders.cursor import Position
from orders.snapshots import order_to_json, summary_to_json
from orders.types import OrderView


class ArchiveDiffers(Exception):
    """What the archive gave back is not what it was given; the original stays."""


def copy_order(archive: OrderArchive, order: OrderView) -> None:
    """Save the order and find it again as shoppers will: by number, and in "my orders".

    :raises ArchiveDiffers: if either is not what was saved
    :raises OrderNotFound: if it cannot be found by number
    :raises StoreUnavailable: if the archive does not answer
    """
    archive.save(order)
    if order_to_json(archive.get(order.number)) != order_to_json(order):
        raise ArchiveDiffers(f"{order.number} by its number")
    if order.customer_id is not None and not _is_listed(archive, order, order.customer_id):
        raise ArchiveDiffers(f"{order.number} in the customer's list")


def _is_listed(archive: OrderArchive, order: OrderView, customer_id: int) -> bool:
    # The place just above its own: it is the next one, whoever else ordered at that instant.
    above = Position(order.placed_at, f"{order.number}0")
    found = archive.list_by_customer(customer_id, before=above, limit=1)
    return [summary_to_json(each) for each in found] == [summary_to_json(summary_of(order))]
