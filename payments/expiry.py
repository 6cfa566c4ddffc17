"""Sending due payments on their way to being timed out."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from kombu.exceptions import OperationalError

from payments.outcomes import expire_payment
from payments.tasks import expire_payment as expire_payment_task
from shop.core.breaker import Breaker

logger = logging.getLogger(__name__)

_broker = Breaker()


def send_due(payment_ids: Iterable[UUID], *, now: datetime) -> None:
    """Have a worker time each payment out, or do it here if the broker refuses."""
    for payment_id in payment_ids:
        if not _send(payment_id):
            expire_here([payment_id], now=now)


def expire_here(payment_ids: Iterable[UUID], *, now: datetime) -> None:
    """Time payments out in this process; one that fails must not keep the others waiting."""
    for payment_id in payment_ids:
        try:
            expire_payment(payment_id=payment_id, now=now)
        except Exception:
            logger.exception("Could not time a payment out.", extra={"payment": str(payment_id)})


def _send(payment_id: UUID) -> bool:
    if not _broker.allows():
        return False
    try:
        expire_payment_task.apply_async(
            kwargs={"payment_id": str(payment_id)}, queue="payments", retry=False
        )
    except (OperationalError, OSError):
        _broker.trip()
        logger.warning("Could not reach the broker; timing payments out in this process.")
        return False
    return True
