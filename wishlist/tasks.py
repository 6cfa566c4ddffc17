"""Celery tasks of wishlist."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from wishlist import services


@shared_task(name="wishlist.discard_old_guest_wishlists")
def discard_old_guest_wishlists(**kwargs: Any) -> int:
    """Delete what guests left untouched for long."""
    return services.discard_old_guest_wishlists(now=timezone.now())
