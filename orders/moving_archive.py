"""From the embedded archive to the configured one: for a shop that has grown into Cassandra."""

from collections.abc import Callable

from orders.archives import order_archive
from orders.archives.sql import SqlOrderArchive
from orders.archiving import ArchiveDiffers
from orders.snapshots import order_to_json
from shop.core.errors import Conflict


class NothingToMove(Conflict):
    """The configured archive is the embedded one itself."""

    code = "nothing_to_move"


def move_archive(*, progress: Callable[[int], None] = lambda _count: None) -> int:
    """Copy every order of the embedded archive, read it back, and only then delete it there.

    Killed at any point, the next call goes on; meanwhile an order is in one place at least, though
    shoppers see only those already in the configured archive. Returns how many moved.

    :raises NothingToMove: if the configured archive is the embedded one
    :raises ArchiveDiffers: if the archive gave back something else than it was given
    :raises StoreUnavailable: if it does not answer
    """
    source, target = SqlOrderArchive(), order_archive()
    if isinstance(target, SqlOrderArchive):
        raise NothingToMove("Orders are archived in PostgreSQL: set CASSANDRA_URL first.")
    moved = 0
    for entry in source.entries():
        if entry.order is None:
            continue  # unreadable: it stays for the audit to tell
        target.save(entry.order)
        if order_to_json(target.get(entry.number)) != order_to_json(entry.order):
            raise ArchiveDiffers(entry.number)
        source.delete(entry.number)
        moved += 1
        progress(moved)
    return moved
