"""Commands: collect events into the lake, keep the lake in order, make lists of it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from catalog.selectors import get_items_by_sku
from recommendations import collector, popularity, results
from recommendations.forgetting import drop_old_days, forget_customers, lock_forgetting
from recommendations.lake import event_lake
from recommendations.live import live_run_id
from recommendations.models import (
    CustomerLists,
    ForgottenCustomer,
    PopularProduct,
    RecommendationRun,
)
from recommendations.runs.claims import has_stale_run
from recommendations.runs.clearing import clear_away
from recommendations.runs.nightly import PACE, Tools, run_nightly
from recommendations.serving import lists, recent
from recommendations.spark.nightly.submit import spark_submit_command
from recommendations.types import Shopper

LIST_LENGTH = 60
FILES_BEFORE_COMPACTION = 8
LOOKUP_BATCH = 500
# Any numbers that nothing else in the database locks.
BUILD_LOCK = 7_310_001
COMPACT_LOCK = 7_310_002


def collect_events(*, now: datetime) -> collector.Collected:
    """Move what is on the event stream into the lake.

    :raises StoreUnavailable: when stream or lake do not answer; nothing is lost
    """
    return collector.collect(event_lake(), now=now)


def compact_lake(*, now: datetime) -> int:
    """Join the small files of each day before today and return how many files disappeared.

    What is too old goes, and so do the events of customers who asked for it.

    :raises StoreUnavailable: when the lake does not answer
    """
    lake = event_lake()
    gone = 0
    with transaction.atomic():
        # Two at once would delete files under each other's hands.
        if not _try_lock(COMPACT_LOCK):
            return 0
        drop_old_days(lake, today=now.date(), keep_days=settings.EVENT_RETENTION_DAYS)
        forget_customers(lake, now=now)
        for partition in list(lake.partitions()):
            count = len(lake.files(partition))
            is_over = partition.day < now.date()
            if count > (1 if is_over else FILES_BEFORE_COMPACTION):
                gone += lake.compact(partition) - 1
    return gone


def ask_to_forget(*, customer_id: int, now: datetime) -> None:
    """Drop the customer's lists, and their events when the lake is next put in order."""
    with transaction.atomic():
        lock_forgetting()  # a run that is being loaded sees this, or we see its rows
        ForgottenCustomer.objects.update_or_create(
            customer_id=customer_id,
            defaults={"requested_at": now, "swept_at": None, "done_at": None},
        )
        CustomerLists.objects.filter(customer_id=customer_id).delete()
    recent.forget_views(Shopper(visitor="", customer_id=customer_id).key)
    lists.forget_customer(live_run_id(), customer_id)


def remember_view(*, shopper: Shopper, product_id: int) -> None:
    """Have the product among what the shopper looked at last; not while the cache is away."""
    recent.remember_view(shopper.key, product_id)


def build_popular(*, now: datetime) -> int:
    """Replace the lists of popular products and return how many places they have.

    :raises StoreUnavailable: when lake or item store do not answer; the old lists stay
    """
    scores, categories = _per_product(popularity.count_scores(event_lake(), today=now.date()))
    ranked = popularity.rank_by_category(scores, categories, length=LIST_LENGTH)
    rows = [
        PopularProduct(category=path, rank=rank, product_id=product_id, score=score, built_at=now)
        for path, entries in ranked.items()
        for rank, (product_id, score) in enumerate(entries, start=1)
    ]
    with transaction.atomic():
        if not _try_lock(BUILD_LOCK):
            return 0
        PopularProduct.objects.all().delete()
        PopularProduct.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def build_lists(
    *, start_new: bool = True, tell: Callable[[str], None] = lambda line: None
) -> RecommendationRun | None:
    """Do a whole run of the nightly job: take up one that died, else start one, if asked to.

    A run that fails is returned as well; None: there was nothing to do.

    :raises RunInProgress: when another process is at work on one
    :raises RunTakenOver: when another process took it over meanwhile
    :raises StoreUnavailable: when a store is away; the run is taken up again later
    """
    tools = Tools(command=spark_submit_command, lake_url=settings.EVENT_LAKE_URL, tell=tell)
    return run_nightly(tools, start_new=start_new)


def tend_runs(*, now: datetime) -> bool:
    """Clear away what is of no use any more; tell whether a run waits to be taken up again."""
    clear_away()
    return has_stale_run(now=now, stale_after=PACE.stale_after)


def count_results(*, now: datetime) -> int:
    """Count anew what became of the rows shown in the last days; return how many rows that makes.

    :raises StoreUnavailable: when the lake does not answer; what was counted stays
    """
    return results.count_results(event_lake(), today=now.date())


def _per_product(
    by_sku: Mapping[str, float],
) -> tuple[dict[int, float], dict[int, tuple[str, ...]]]:
    """Add up the SKUs of each product that is still for sale, and look up its categories."""
    scores: dict[int, float] = defaultdict(float)
    categories: dict[int, tuple[str, ...]] = {}
    for skus in _batches(sorted(by_sku)):
        for sku, item in get_items_by_sku(skus=skus).items():
            if item.is_published:
                scores[item.product_id] += by_sku[sku]
                categories[item.product_id] = tuple(ref.path for ref in item.category_path)
    return scores, categories


def _batches(skus: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(skus), LOOKUP_BATCH):
        yield skus[start : start + LOOKUP_BATCH]


def _try_lock(number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row = cursor.fetchone()
    return bool(row and row[0])
