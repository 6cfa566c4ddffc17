"""The Celery task that runs the handlers of outbox rows."""

import uuid
from typing import Any

from celery import shared_task

from shop.core import outbox


@shared_task(name="core.deliver_outbox")
def deliver_outbox(*, lease: str, subscriber: str, **kwargs: Any) -> int:
    """Deliver one leased batch; `kwargs` lets an older worker take a newer sender's message."""
    return outbox.deliver_leased(lease=uuid.UUID(lease), subscriber=subscriber)
