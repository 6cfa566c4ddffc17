"""Leasing due rows, so that each is in one pair of hands at a time."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from shop.core.models import OutboxMessage, new_lease

BATCH = 500
GIVE_UP_AFTER = timedelta(days=1)
MOST_LOST_LEASES = 10
# How often a batch may be lost with its worker before its rows are tried one by one.
LOST_BEFORE_ALONE = 3
# Rows of one subscriber that are out at a time.
MOST_OUT = 4 * BATCH


def lease_time() -> timedelta:
    """Return how long a worker has a row to itself; what it does not finish is offered again."""
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


@dataclass(frozen=True)
class LeasedBatch:
    """Up to 500 rows of one subscriber, ours until the lease runs out."""

    lease: uuid.UUID
    subscriber: str

    def rows(self) -> QuerySet[OutboxMessage]:
        return OutboxMessage.objects.filter(lease=self.lease, subscriber=self.subscriber).order_by(
            "id"
        )


def lease_due(*, now: datetime, limit: int) -> list[LeasedBatch]:
    """Lease up to `limit` due rows and return them in batches, one subscriber each.

    A subscriber gets no more than its workers can finish within a lease: what lies in the broker's
    queue for longer would be leased, and done, twice. Rows that failed come one by one: a batch
    must not fail for ever because of one bad row in it.
    """
    with transaction.atomic():
        taken = _taken(now)
        rows = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))
            .filter(available_at__lte=now, parked_at__isnull=True)
            .exclude(subscriber__in=[name for name, count in taken.items() if count >= MOST_OUT])
            .order_by("available_at", "id")
            .only("id", "subscriber", "attempts", "leased_until", "last_error")[:limit]
        )
        parked = _park_hopeless([row.id for row in rows if row.leased_until], now)
        batches = []
        for subscriber, ids in _in_batches([row for row in rows if row.id not in parked], taken):
            lease = new_lease()
            OutboxMessage.objects.filter(id__in=ids).update(
                lease=lease, leased_until=now + lease_time()
            )
            batches.append(LeasedBatch(lease=lease, subscriber=subscriber))
    return batches


def _taken(now: datetime) -> Counter[str]:
    """Count the rows that each subscriber's workers have at this moment."""
    out = OutboxMessage.objects.filter(lease__isnull=False, leased_until__gt=now)
    counts = out.values_list("subscriber").annotate(count=Count("id")).order_by()
    return Counter(dict(counts))


def _park_hopeless(lost: list[int], now: datetime) -> set[int]:
    """Park rows whose handler keeps killing its worker; one that waits for an absent worker was
    never begun and goes on waiting.
    """
    if not lost:
        return set()
    hopeless = OutboxMessage.objects.filter(
        id__in=lost, attempts__gte=MOST_LOST_LEASES, created_at__lte=now - GIVE_UP_AFTER
    )
    ids = set(hopeless.values_list("id", flat=True))
    OutboxMessage.objects.filter(id__in=ids).update(
        parked_at=now, last_error="Its worker never finished: the handler may be killing it."
    )
    return ids


def _in_batches(rows: list[OutboxMessage], taken: Counter[str]) -> Iterator[tuple[str, list[int]]]:
    fresh: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if taken[row.subscriber] >= MOST_OUT:
            continue
        taken[row.subscriber] += 1
        if row.last_error or row.attempts >= LOST_BEFORE_ALONE:
            yield row.subscriber, [row.id]
        else:
            fresh[row.subscriber].append(row.id)
    for subscriber, ids in fresh.items():
        for start in range(0, len(ids), BATCH):
            yield subscriber, ids[start : start + BATCH]
