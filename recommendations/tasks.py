"""Celery tasks of recommendations; beat calls them."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from recommendations import services
from recommendations.runs.errors import RunInProgress, RunTakenOver
from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)

# A worker of its own serves it, for hours if need be.
NIGHTLY_QUEUE = "recommendations"
# A message that is older says what nobody wants any more.
ASKED_SECONDS = 3600


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


@shared_task(name="recommendations.count_results")
def count_results(**kwargs: Any) -> int:
    """Count anew what became of the rows shown in the last days."""
    return services.count_results(now=timezone.now())


@shared_task(name="recommendations.build_lists")
def build_lists(*, start_new: bool = True, **kwargs: Any) -> int | None:
    """Do a whole run of the nightly job, or go on with one that died."""
    try:
        run = services.build_lists(start_new=start_new)
    except (RunInProgress, RunTakenOver) as error:
        logger.info("Left the nightly job to another process: %s", error)
        return None
    return run.pk if run else None


@shared_task(name="recommendations.tend_runs")
def tend_runs(**kwargs: Any) -> bool:
    """Have a run whose process died taken up again, and clear away what is left of old ones."""
    is_waiting = services.tend_runs(now=timezone.now())
    if is_waiting:
        ask_for_run(start_new=False)
    return is_waiting


def ask_for_run(*, start_new: bool) -> None:
    """Have the nightly worker start a run, or only go on with one that died.

    :raises StoreUnavailable: when the broker does not answer
    """
    try:
        build_lists.apply_async(
            kwargs={"start_new": start_new},
            queue=NIGHTLY_QUEUE,
            expires=ASKED_SECONDS,
            retry=False,
        )
    except (OperationalError, OSError) as error:
        raise StoreUnavailable("The message broker", str(error)) from error
