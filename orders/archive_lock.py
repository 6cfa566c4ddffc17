"""One at a time moves an order between live and archive, whichever process it is in."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext

from shop.core.errors import Conflict


class OrderIsMoving(Conflict):
    """Somebody else is moving the order to or from the archive at this moment."""

    code = "order_is_moving"

    def __init__(self, number: str) -> None:
        super().__init__(gettext("Order %(number)s is being archived.") % {"number": number})
        self.number = number


@contextmanager
def moving(number: str) -> Iterator[None]:
    """Be the only one that copies the order, or deletes it on either side.

    The lock is the database session's, for no transaction may wait for the archive with it; a
    process that dies loses it with its connection. Inside a transaction it holds until that ends,
    as what was done is seen by others only then.

    :raises OrderIsMoving: if somebody else is at it: nobody waits in line
    """
    key = int.from_bytes(hashlib.sha256(f"archive:{number}".encode()).digest()[:8], signed=True)
    if connection.in_atomic_block:
        if not _ask("SELECT pg_try_advisory_xact_lock(%s)", key):
            raise OrderIsMoving(number)
        yield
        return
    if not _ask("SELECT pg_try_advisory_lock(%s)", key):
        raise OrderIsMoving(number)
    # The thread keeps this connection until its task or request is over, so it is the one that
    # unlocks: given back to the pool locked, the next to get it would hold the lock unawares.
    try:
        yield
    finally:
        _ask("SELECT pg_advisory_unlock(%s)", key)


def _ask(statement: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return bool(cursor.fetchone()[0])
