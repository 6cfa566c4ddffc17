"""What the lake must not keep: days that are too old, and customers who asked to be forgotten.

A request is carried out by rewriting each partition that holds something of theirs. What was on
its way to the lake then may still arrive: the days around the request are looked at until
`ARRIVES_WITHIN` has passed and nothing of that time is on its way any more, and only then is it
done. Parked events go the same ways.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import Min

from recommendations import collector
from recommendations.lake import EventLake, Partition
from recommendations.models import ForgottenCustomer, ParkedEvent
from recommendations.serving.groups import forget_groups
from shop.core import stream
from shop.core.errors import StoreUnavailable
from shop.core.models import OutboxMessage

ARRIVES_WITHIN = timedelta(days=1)
# Any number that nothing else in the database locks.
FORGET_LOCK = 7_310_005


def lock_forgetting() -> None:
    """Let nobody else ask, or leave out who asked, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FORGET_LOCK])


def drop_old_days(lake: EventLake, *, today: date, keep_days: int) -> int:
    """Delete what happened more than `keep_days` ago; return how many partitions went.

    :raises StoreUnavailable: when the lake does not answer
    """
    oldest = today - timedelta(days=keep_days)
    old = [partition for partition in lake.partitions() if partition.day < oldest]
    for partition in old:
        lake.drop(partition)
    ParkedEvent.objects.filter(parked_at__lt=datetime.combine(oldest, time(), UTC)).delete()
    return len(old)


def forget_customers(lake: EventLake, *, now: datetime) -> int:
    """Take the events of those who asked out of the lake; return how many events went.

    Killed in between, it starts again: a request is marked only once all is rewritten.

    :raises StoreUnavailable: when the lake does not answer
    """
    requests = list(ForgottenCustomer.objects.filter(done_at__isnull=True))
    if not requests:
        return 0
    wanted = {request.customer_id for request in requests}
    is_first_sweep = any(request.swept_at is None for request in requests)
    since = min(request.requested_at for request in requests).date() - ARRIVES_WITHIN
    # Asked first: what arrives while partitions are looked at is looked for the next time.
    arrived_until = _arrived_until(now)
    partitions = list(lake.partitions(since=None if is_first_sweep else since))
    gone = sum(_rewrite_without(lake, partition, wanted) for partition in partitions)
    _forget_parked(wanted)
    forget_groups(wanted)
    for request in requests:
        is_done = request.requested_at + ARRIVES_WITHIN <= arrived_until
        # Whoever asked again meanwhile is looked for from the start.
        ForgottenCustomer.objects.filter(
            pk=request.pk, requested_at=request.requested_at, done_at__isnull=True
        ).update(swept_at=now, done_at=now if is_done else None)
    return gone


def _arrived_until(now: datetime) -> datetime:
    """Return until when all that happened has come to the lake."""
    ours = OutboxMessage.objects.filter(subscriber__startswith="recommendations.")
    unsent = ours.aggregate(oldest=Min("created_at"))["oldest"]
    try:
        waiting = stream.oldest_waiting(collector.GROUP)
    except StoreUnavailable:
        return datetime.min.replace(tzinfo=UTC)  # nobody knows what is on it
    return min(now, unsent or now, waiting or now)


def _forget_parked(customer_ids: Collection[int]) -> None:
    """Delete what was no event: it names the customer in one spelling or another."""
    numbers = "|".join(map(str, sorted(customer_ids)))
    named = rf"""customer_id[\\"']*\s*:\s*[\\"']*({numbers})(?![0-9])"""
    ParkedEvent.objects.filter(content__regex=named).delete()


def _rewrite_without(lake: EventLake, partition: Partition, customer_ids: set[int]) -> int:
    """Look at one column first: hardly any partition holds anything of theirs."""
    unwanted = pa.array(sorted(customer_ids), pa.int64())
    held = lake.read(partition, columns=["customer_id"])
    count = int(pc.sum(pc.is_in(held["customer_id"], unwanted)).as_py() or 0)
    if count:
        lake.compact(partition, without=unwanted)
    return count
