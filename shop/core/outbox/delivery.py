"""Running the handlers of leased rows: success deletes a row, failure postpones it."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shop.core.errors import InfrastructureError
from shop.core.models import OutboxMessage
from shop.core.outbox.events import Subscription, subscriptions
from shop.core.outbox.leases import GIVE_UP_AFTER, LeasedBatch, lease_due, lease_time

logger = logging.getLogger(__name__)

LONGEST_DELAY = timedelta(hours=1)


class NoSuchSubscriber(LookupError):
    """A row is addressed to a handler that this version of the shop does not have."""


def deliver_due(*, now: datetime, limit: int = 5000) -> int:
    """Deliver what is due in this process and return how many rows succeeded."""
    return sum(
        deliver_leased(lease=batch.lease, subscriber=batch.subscriber)
        for batch in lease_due(now=now, limit=limit)
    )


def deliver_leased(*, lease: uuid.UUID, subscriber: str) -> int:
    """Run the handler over the rows of one lease and return how many succeeded.

    Rows that another lease has taken over meanwhile are left alone.
    """
    batch = LeasedBatch(lease=lease, subscriber=subscriber)
    subscription = subscriptions().get(subscriber)
    # Counted before the handler runs: one that kills its worker must not stay unnoticed. And the
    # lease begins now, however long the batch lay in the broker's queue.
    batch.rows().update(attempts=F("attempts") + 1, leased_until=timezone.now() + lease_time())
    if subscription is None or subscription.is_batch:
        return _deliver_together(batch, subscription)
    ids = list(batch.rows().values_list("id", flat=True))
    deliver = _deliver_one if subscription.in_transaction else _deliver_one_outside
    return sum(deliver(batch, subscription, row_id) for row_id in ids)


def replay(*, ids: Sequence[int], now: datetime) -> int:
    """Set dead letters going again and return how many there were."""
    return OutboxMessage.objects.filter(id__in=ids, parked_at__isnull=False).update(
        parked_at=None, attempts=0, available_at=now, created_at=now, lease=None, leased_until=None
    )


def _deliver_together(batch: LeasedBatch, subscription: Subscription | None) -> int:
    rows = list(batch.rows())
    if not rows:
        return 0
    try:
        _known(subscription, batch).deliver([row.payload for row in rows])
    except InfrastructureError as error:
        _say_absent(batch, error)
        _split_and_postpone(rows, error)
        return 0
    except Exception as error:
        # Whatever went wrong for this subscriber must not hold up the others.
        logger.exception("Could not deliver events.", extra={"subscriber": batch.subscriber})
        _split_and_postpone(rows, error)
        return 0
    deleted, _ = batch.rows().filter(id__in=[row.id for row in rows]).delete()
    return deleted


def _known(subscription: Subscription | None, batch: LeasedBatch) -> Subscription:
    if subscription is None:
        raise NoSuchSubscriber(batch.subscriber)
    return subscription


def _deliver_one(batch: LeasedBatch, subscription: Subscription, row_id: int) -> int:
    """Run one handler in the transaction that deletes its row: SQL effects happen once."""
    try:
        with transaction.atomic():
            row = batch.rows().filter(id=row_id).select_for_update(skip_locked=True).first()
            if row is None:
                return 0
            subscription.deliver([row.payload])
            row.delete()
    except InfrastructureError as error:
        _say_absent(batch, error)
        _postpone(list(batch.rows().filter(id=row_id)), error)
        return 0
    except Exception as error:
        logger.exception("Could not deliver events.", extra={"subscriber": batch.subscriber})
        _postpone(list(batch.rows().filter(id=row_id)), error)
        return 0
    return 1


def _deliver_one_outside(batch: LeasedBatch, subscription: Subscription, row_id: int) -> int:
    """Run a handler that waits for a network; the lease alone keeps others off the row."""
    row = batch.rows().filter(id=row_id).first()
    if row is None:
        return 0
    try:
        subscription.deliver([row.payload])
    except InfrastructureError as error:
        _say_absent(batch, error)
        _postpone([row], error)
        return 0
    except Exception as error:
        logger.exception("Could not deliver events.", extra={"subscriber": batch.subscriber})
        _postpone([row], error)
        return 0
    deleted, _ = batch.rows().filter(id=row_id).delete()
    return deleted


def _say_absent(batch: LeasedBatch, error: InfrastructureError) -> None:
    """A store that is away is a line each time, and no fault to trace."""
    logger.warning("Events wait for %s: %s", batch.subscriber, error)


def _split_and_postpone(rows: Sequence[OutboxMessage], error: Exception) -> None:
    """Postpone a failed batch; rows fall due one by one so that one bad row stands alone."""
    _postpone(rows, error, stagger=timedelta(milliseconds=10) if len(rows) > 1 else timedelta())


def _postpone(
    rows: Sequence[OutboxMessage], error: Exception, stagger: timedelta = timedelta()
) -> None:
    now = timezone.now()
    for index, row in enumerate(rows):
        delay = min(timedelta(seconds=2 ** min(row.attempts, 12)), LONGEST_DELAY)
        row.available_at = now + delay + stagger * index
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
        row.lease = None
        row.leased_until = None
        if now - row.created_at > GIVE_UP_AFTER:
            row.parked_at = now
    fields = ["available_at", "last_error", "lease", "leased_until", "parked_at"]
    OutboxMessage.objects.bulk_update(rows, fields, batch_size=500)
