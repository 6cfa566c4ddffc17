"""The relay: lease what is due and hand it to Celery, or deliver it here if Celery is away."""

import logging
from datetime import datetime

from kombu.exceptions import OperationalError

from shop.core.breaker import Breaker
from shop.core.outbox.delivery import deliver_leased
from shop.core.outbox.events import subscriptions
from shop.core.outbox.leases import LeasedBatch, lease_due
from shop.core.tasks import deliver_outbox

logger = logging.getLogger(__name__)

# The index has one writer: only its own worker may deliver these, they wait for the broker.
ONLY_BY_WORKER = {"search-index"}

_broker = Breaker(pause_seconds=5)


def relay_due(*, now: datetime, limit: int = 5000) -> int:
    """Send every due batch on its way and return how many batches there were."""
    batches = lease_due(now=now, limit=limit)
    for batch in batches:
        if not _send(batch):
            _deliver_here(batch)
    return len(batches)


def _send(batch: LeasedBatch) -> bool:
    if not _broker.allows():
        return False
    try:
        deliver_outbox.apply_async(
            kwargs={"lease": str(batch.lease), "subscriber": batch.subscriber},
            queue=_queue(batch),
            retry=False,
        )
    except (OperationalError, OSError):
        _broker.trip()
        logger.warning("Could not reach the broker; delivering events in this process.")
        return False
    return True


def _deliver_here(batch: LeasedBatch) -> None:
    if _queue(batch) in ONLY_BY_WORKER:
        return  # the lease runs out and the row is offered again
    deliver_leased(lease=batch.lease, subscriber=batch.subscriber)


def _queue(batch: LeasedBatch) -> str:
    subscription = subscriptions().get(batch.subscriber)
    return subscription.queue if subscription else "default"
