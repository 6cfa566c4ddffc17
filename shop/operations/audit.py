"""All checks together, and the outbox's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction

from payments.bookkeeping import differences_with_gateway
from shop.core.errors import StoreUnavailable
from shop.core.models import OutboxMessage
from shop.core.outbox import subscriptions
from shop.core.registry import AuditCheck, Difference, audit_checks, audit_repairs

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def run_audit(*, with_gateway: bool = False) -> list[Difference]:
    """Return every difference that any check finds, real ones and those in flight.

    What is outside PostgreSQL is read a little later than what is in it: what differed only for
    a moment is in flight.
    """
    found = _compare_all()
    if any(not each.is_in_flight for each in found) and not connection.in_atomic_block:
        # By what it is about: the words may tell of another revision, or another error.
        before = {(each.kind, each.subject) for each in found if not each.is_in_flight}
        found = [
            each if (each.kind, each.subject) in before else replace(each, is_in_flight=True)
            for each in _compare_all()
        ]
    if with_gateway:
        found += differences_with_gateway(gateway_name=settings.DEFAULT_GATEWAY, since=EPOCH)
    return found


def repair_projections() -> Iterator[tuple[str, int]]:
    """Mend each projection in turn; yield what it is and how much was mended.

    :raises StoreUnavailable: if the store of one does not answer
    """
    for name, repair in audit_repairs:
        yield name, repair()


def _compare_all() -> list[Difference]:
    with _one_moment():
        found = [each for name, check in audit_checks for each in _run_check(name, check)]
        return [*found, *_check_outbox()]


def _run_check(name: str, check: AuditCheck) -> Iterator[Difference]:
    """A store that is away must not hide what the other checks find."""
    try:
        yield from check()
    except StoreUnavailable as error:
        yield Difference(kind="store_unavailable", subject=name, detail=str(error))


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let every check see the same moment: else what commits between two would look wrong."""
    if connection.in_atomic_block:
        yield  # a test's transaction, in which nothing else happens
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _check_outbox() -> Iterator[Difference]:
    """Every row is delivered (gone), waiting or leased (in flight), or parked (staff must act)."""
    for row in OutboxMessage.objects.iterator():
        if row.subscriber not in subscriptions():
            yield Difference(
                kind="outbox_without_subscriber", subject=str(row.pk), detail=row.subscriber
            )
            continue
        yield Difference(
            kind="outbox_parked" if row.parked_at else "outbox_waiting",
            subject=str(row.pk),
            detail=f"{row.subscriber}, tried {row.attempts} times. {row.last_error}".strip(),
            is_in_flight=row.parked_at is None,
        )
