"""Celery tasks of orders."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from orders import services


@shared_task(name="orders.archive_orders")
def archive_orders(**kwargs: Any) -> int:
    """Move finished orders to the archive; a killed run is gone on with by the next."""
    return services.archive_orders(now=timezone.now())
