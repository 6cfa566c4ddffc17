"""All checks together, and the outbox's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction

from payments.bookkeeping import differences_with_gateway
from shop.core.models import OutboxMessage
from shop.core.outbox import subscriptions
from shop.core.registry import Difference, audit_checks

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def run_audit(*, with_gateway: bool = False) -> list[Difference]:
    """Return every difference that any check finds, real ones and those in flight."""
    with _one_moment():
        found = [difference for _, check in audit_checks for difference in check()]
        found += _check_outbox()
    if with_gateway:
        found += differences_with_gateway(gateway_name=settings.DEFAULT_GATEWAY, since=EPOCH)
    return found


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
