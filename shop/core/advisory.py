"""Locks by name in PostgreSQL, held until the transaction ends."""

import hashlib

from django.db import connection


def try_lock(name: str) -> bool:
    """Take the lock of that name, or say that somebody else has it; nobody waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(name)])
        return bool(cursor.fetchone()[0])


def wait_for_lock(name: str) -> None:
    """Take the lock of that name as soon as nobody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(name)])


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
