"""What the lake must not keep: days that are too old, and customers who asked to be forgotten.

A request is carried out by rewriting each partition that holds something of theirs. What was on
its way to the lake then may still arrive: the days around the request are looked at until
`ARRIVES_WITHIN` has passed, and only then is it done.
"""

from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from recommendations.lake import EventLake, Partition
from recommendations.models import ForgottenCustomer

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
    partitions = list(lake.partitions(since=None if is_first_sweep else since))
    gone = sum(_rewrite_without(lake, partition, wanted) for partition in partitions)
    for request in requests:
        request.swept_at = now
        if now >= request.requested_at + ARRIVES_WITHIN:
            request.done_at = now
    ForgottenCustomer.objects.bulk_update(requests, ["swept_at", "done_at"])
    return gone


def _rewrite_without(lake: EventLake, partition: Partition, customer_ids: set[int]) -> int:
    """Look at one column first: hardly any partition holds anything of theirs."""
    unwanted = pa.array(sorted(customer_ids), pa.int64())
    held = lake.read(partition, columns=["customer_id"])
    count = int(pc.sum(pc.is_in(held["customer_id"], unwanted)).as_py() or 0)
    if count:
        lake.compact(partition, without=unwanted)
    return count
