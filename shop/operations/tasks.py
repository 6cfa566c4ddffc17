"""Celery tasks of operations."""

from dataclasses import asdict
from typing import Any

from celery import shared_task
from django.utils import timezone

from shop.operations.housekeeping import forget_what_is_over as forget


@shared_task(name="operations.forget_what_is_over")
def forget_what_is_over(**kwargs: Any) -> dict[str, int]:
    """Delete what has had its time, see `shop.operations.housekeeping`."""
    return asdict(forget(now=timezone.now()))
