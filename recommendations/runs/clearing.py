"""What is left of runs that nobody will look at again."""

import logging
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from recommendations.live import earlier_runs, live_run, lock_switch
from recommendations.models import (
    CategoryLists,
    CustomerLists,
    ProductLists,
    RecommendationRun,
    RunStatus,
)
from recommendations.runs.folder import RunFolder
from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)

EARLIER_KEPT = 2
DELETED_AT_ONCE = 5000
FOLDERS_LOOKED_AT = 20
TABLES = (CustomerLists, ProductLists, CategoryLists)


def clear_away() -> int:
    """Delete lists and folders that are of no use any more; return how many runs lost lists.

    Kept are the lists of the live run, of the two before it, and of the newest one that has any:
    staff may want to publish it.
    """
    with transaction.atomic():
        lock_switch()  # nobody publishes what is about to go
        held = RecommendationRun.objects.filter(has_lists=True).exclude(pk__in=_kept())
        dropped = held.update(has_lists=False)
    for run_id in _with_leftovers():
        delete_rows(run_id)
    _clear_folders()
    return dropped


def delete_rows(run_id: int, *, on_batch: Callable[[], None] = lambda: None) -> None:
    """Delete a run's rows, a few thousand at a time."""
    for model in TABLES:
        table = model._meta.db_table  # noqa: SLF001 - Django's own name for it
        while _delete_some(table, run_id):
            on_batch()


def _delete_some(table: str, run_id: int) -> int:
    with connection.cursor() as cursor:
        # Rows that another one is deleting are not waited for.
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE run_id = %s"  # noqa: S608
            " LIMIT %s FOR UPDATE SKIP LOCKED)",
            [run_id, DELETED_AT_ONCE],
        )
        return int(cursor.rowcount)


def _kept() -> set[int]:
    kept = set(earlier_runs()[:EARLIER_KEPT])
    if live := live_run():
        kept.add(live.pk)
    newest = RecommendationRun.objects.filter(has_lists=True).first()
    if newest:
        kept.add(newest.pk)
    return kept


def _with_leftovers() -> list[int]:
    leftovers = Q()
    for model in TABLES:
        leftovers |= Q(Exists(model.objects.filter(run_id=OuterRef("pk"))))
    over = RecommendationRun.objects.filter(has_lists=False).exclude(status=RunStatus.RUNNING)
    return list(over.filter(leftovers).values_list("pk", flat=True))


def _clear_folders() -> None:
    """Whoever ended a run clears its folder, unless it died just then."""
    over = RecommendationRun.objects.exclude(status=RunStatus.RUNNING)
    for run_id in over.values_list("pk", flat=True)[:FOLDERS_LOOKED_AT]:
        clear_folder(run_id)


def clear_folder(run_id: int) -> None:
    try:
        RunFolder(run_id).clear()
    except StoreUnavailable:
        logger.warning("Could not clear the folder of a run; it is tried again.")
