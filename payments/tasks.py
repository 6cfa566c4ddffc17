"""Celery tasks of payments."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from payments import services


@shared_task(name="payments.expire_payment")
def expire_payment(*, payment_id: str, **kwargs: Any) -> bool:
    """Time a payment out if it is due; harmless if it is not, or no longer pending."""
    return services.expire_payment(payment_id=payment_id, now=timezone.now())
