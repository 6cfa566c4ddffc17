"""Celery tasks of cart."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from cart import services


@shared_task(name="cart.discard_old_guest_carts")
def discard_old_guest_carts(**kwargs: Any) -> int:
    """Delete what guests left untouched for long."""
    return services.discard_old_guest_carts(now=timezone.now())
