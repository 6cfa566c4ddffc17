"""Celery tasks of recommendations; beat calls them."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from recommendations import services


@shared_task(name="recommendations.collect_events")
def collect_events(**kwargs: Any) -> int:
    """Move what is on the event stream into the lake."""
    return services.collect_events(now=timezone.now()).kept


@shared_task(name="recommendations.compact_lake")
def compact_lake(**kwargs: Any) -> int:
    """Join small files of the lake."""
    return services.compact_lake(now=timezone.now())


@shared_task(name="recommendations.build_popular")
def build_popular(**kwargs: Any) -> int:
    """Replace the lists of popular products."""
    return services.build_popular(now=timezone.now())
