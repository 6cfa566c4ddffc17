"""Publish events with the data they describe, and deliver them afterwards at least once.

`publish` writes one row per subscriber in the caller's transaction; the relay (a loop of the
`timers` process) leases due rows and hands them to Celery; `deliver_leased` runs the handlers.
"""

from shop.core.outbox.delivery import deliver_due, deliver_leased, replay
from shop.core.outbox.events import (
    Event,
    Subscription,
    publish,
    publish_many,
    subscribe,
    subscribe_batch,
    subscribe_in_transaction,
    subscriptions,
)

__all__ = [
    "Event",
    "Subscription",
    "deliver_due",
    "deliver_leased",
    "publish",
    "publish_many",
    "replay",
    "subscribe",
    "subscribe_batch",
    "subscribe_in_transaction",
    "subscriptions",
]
