"""Whether customers' lists in the archive show every archived order of theirs, and nothing else.

A list is a table of its own where the archive has no joins, so it can be lost by itself.
"""

from collections.abc import Iterator

from orders.archives import order_archive
from shop.core.registry import Difference

# Whose each order is, by its number; None for a guest's.
Owners = dict[str, int | None]


def compare_lists(owners: Owners) -> Iterator[Difference]:
    """Yield every archived order that its customer does not see, or another one does."""
    shown = dict(_shown())
    for number, customer_id in owners.items():
        if customer_id is not None and shown.get(number) != customer_id:
            yield Difference(
                kind="archived_order_not_listed",
                subject=number,
                detail=f"It is missing from the list of customer {customer_id}.",
            )
    for number, customer_id in shown.items():
        if owners.get(number) != customer_id:
            yield Difference(
                kind="listed_order_not_archived",
                subject=number,
                detail=f"It is in the list of customer {customer_id}, not in the archive.",
            )


def repair_lists() -> int:
    """Enter what is missing in customers' lists again; return how many orders that were.

    :raises StoreUnavailable: if the archive does not answer
    """
    archive = order_archive()
    shown = set(_shown())
    missing = [
        number
        for number, customer_id in _owners().items()
        if customer_id is not None and (number, customer_id) not in shown
    ]
    for number in missing:
        archive.save(archive.get(number))
    return len(missing)


def _owners() -> Owners:
    """Return whose each readable archived order is."""
    entries = order_archive().entries()
    return {entry.number: entry.order.customer_id for entry in entries if entry.order}


def _shown() -> Iterator[tuple[str, int]]:
    return ((number, customer_id) for customer_id, number in order_archive().listed())
