"""Who may write records and index when: many refreshes at once, or one swap alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from shop.core.errors import Conflict

_SWAP, _REBUILD = 0x5EA2C401, 0x5EA2C402


class RebuildRunning(Conflict):
    """Somebody else is rebuilding the index."""

    code = "rebuild_running"


@contextmanager
def refreshing() -> Iterator[None]:
    """Hold off index swaps until this transaction has ended, and its index writes with it."""
    with transaction.atomic():
        _execute("SELECT pg_advisory_xact_lock_shared(%s)", _SWAP)
        yield


@contextmanager
def swapping() -> Iterator[None]:
    """Wait until no refresh is under way, and hold off new ones."""
    with transaction.atomic():
        _execute("SELECT pg_advisory_xact_lock(%s)", _SWAP)
        yield


@contextmanager
def rebuilding() -> Iterator[None]:
    """Be the only rebuild.

    :raises RebuildRunning: if there is another
    """
    if not _execute("SELECT pg_try_advisory_lock(%s)", _REBUILD):
        raise RebuildRunning("The search index is being rebuilt already.")
    try:
        yield
    finally:
        _execute("SELECT pg_advisory_unlock(%s)", _REBUILD)


def _execute(statement: str, key: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return cursor.fetchone()[0]
