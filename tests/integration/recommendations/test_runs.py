"""A run of the nightly job, with a small application in place of Spark's."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from pytest_django import Settings

from recommendations.live import live_run_id, publish, roll_back
from recommendations.models import (
    CategoryLists,
    CustomerLists,
    ForgottenCustomer,
    ProductLists,
    Publication,
    RecommendationRun,
    RunStatus,
)
from recommendations.runs.catalogue import write_catalogue
from recommendations.runs.errors import RunInProgress
from recommendations.runs.folder import RunFolder
from recommendations.runs.nightly import Tools, run_nightly
from recommendations.services import ask_to_forget
from recommendations.spark.errors import NoSpark
from tests.factories.catalog import make_draft, make_product
from tests.nightly.runs import Nightly, metrics

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nightly(settings: Settings, tmp_path: Path) -> Nightly:
    settings.RECOMMENDATIONS_URL = f"file://{tmp_path}/the runs"
    return Nightly(tmp_path)


def made(nightly: Nightly) -> RecommendationRun:
    run = nightly.run()
    assert run is not None
    return run


def test_a_good_run_ends_in_tables_and_is_live(nightly: Nightly) -> None:
    first, second = (make_product().product_id for _ in range(2))

    run = made(nightly)

    assert (run.status, run.has_lists, run.attempts) == (RunStatus.READY, True, 1)
    assert (run.customer_count, run.product_count) == (30, 2)
    assert run.data_until == run.started_at
    assert run.metrics == metrics()
    assert [stage["name"] for stage in run.stages] == [
        "events", "customers", "products", "categories",
    ]  # fmt: skip
    assert run.stages[1] == {"name": "customers", "seconds": 0.2, "rows": 30}
    assert run.log.splitlines()[-1] == "working on categories"
    assert live_run_id() == run.pk
    publication = Publication.objects.get()
    assert (publication.published_by, publication.reason) == (None, run.verdict)
    lists = CustomerLists.objects.get(run=run, customer_id=1)
    assert lists.for_you == [second, first]
    assert lists.categories == {"outdoor": [first, second]}
    assert (lists.buy_again, lists.bought) == ([second], [second, first])
    likes = ProductLists.objects.get(run=run, product_id=first)
    assert (likes.similar, likes.together) == ([second, first], [])
    paths = CategoryLists.objects.filter(run=run).order_by("path").values_list("path", flat=True)
    assert list(paths) == ["", "outdoor", "outdoor/lighting"]


def test_nothing_that_customers_did_lies_about_after_the_run(
    nightly: Nightly, tmp_path: Path
) -> None:
    make_product()

    made(nightly)

    assert list((tmp_path / "the runs").iterdir()) == []


def test_the_job_knows_all_that_was_ever_for_sale(nightly: Nightly, tmp_path: Path) -> None:
    item = make_product(sku="LAMP", category="Outdoor > Lighting")
    make_product(sku="OLD", status="retired")
    make_draft(sku="NOT-YET")
    batches: list[int] = []

    write_catalogue(RunFolder(7), on_batch=lambda: batches.append(1))

    file = tmp_path / "the runs" / "run=7" / "catalogue.parquet"
    rows = pq.ParquetFile(file).read().to_pylist()
    assert [row["sku"] for row in rows] == ["LAMP", "OLD"]
    assert rows[0] == {
        "sku": "LAMP",
        "product_id": item.product_id,
        "categories": ["outdoor", "outdoor/lighting"],
        "is_published": True,
    }
    assert not rows[1]["is_published"]
    assert batches == [1]


def test_a_run_that_is_worse_than_popular_lists_is_kept_and_not_published(
    nightly: Nightly,
) -> None:
    make_product()
    nightly.plan["metrics"] = metrics(ndcg=0.05)

    run = made(nightly)

    assert (run.status, run.has_lists) == (RunStatus.REFUSED, True)
    assert run.verdict == "NDCG@10 is 0.0500, less than the 0.1000 of popular lists."
    assert CustomerLists.objects.filter(run=run).count() == 30
    assert live_run_id() is None


def test_lists_that_could_not_be_measured_are_kept_for_staff_to_publish(nightly: Nightly) -> None:
    make_product()
    nightly.plan["metrics"] = None

    run = made(nightly)

    assert (run.status, run.has_lists, run.metrics) == (RunStatus.REFUSED, True, {})
    assert run.verdict.startswith("Too few to judge: 0 customers")
    assert CustomerLists.objects.filter(run=run).count() == 30
    assert publish(run.pk, by=None, reason="The shop is new.", now=timezone.now())


def test_a_run_is_measured_against_those_before_it(nightly: Nightly) -> None:
    make_product()
    live = made(nightly)
    nightly.plan["customers"] = 10

    refused = made(nightly)

    assert refused.verdict == "10 customers have lists, less than 50% of the 30 that are usual."
    assert live_run_id() == live.pk


def test_the_mark_is_what_is_usual_and_not_the_luckiest_run(nightly: Nightly) -> None:
    make_product()
    for lift in (0.2, 0.2, 0.4, 0.2):
        nightly.plan["metrics"] = metrics(ndcg=lift)
        run = made(nightly)

    assert run.status == RunStatus.READY
    assert live_run_id() == run.pk


def test_a_run_that_learned_from_old_events_is_kept_and_not_published(nightly: Nightly) -> None:
    make_product()
    nightly.plan["data_until"] = (timezone.now() - timedelta(days=10)).isoformat()

    run = made(nightly)

    assert (run.status, run.has_lists) == (RunStatus.REFUSED, True)
    assert "10 days before the run: see whether events are still collected." in run.verdict
    assert live_run_id() is None


def test_a_run_that_does_not_say_how_new_its_events_are_fails(nightly: Nightly) -> None:
    make_product()
    nightly.plan["data_until"] = None

    assert made(nightly).verdict == "The result does not say how new what it learned from is."


@pytest.mark.parametrize("way", ["popular only", "back"])
def test_what_staff_took_away_the_next_night_does_not_bring_back(
    nightly: Nightly, way: str
) -> None:
    make_product()
    first, _ = made(nightly), made(nightly)
    now = timezone.now()
    if way == "back":
        roll_back(to=first.pk, by=None, now=now)
    else:
        publish(None, by=None, reason="The row looks odd.", now=now)
    shown = live_run_id()

    run = made(nightly)

    assert (run.status, run.has_lists) == (RunStatus.READY, True)
    told = f"back to run {first.pk}" if way == "back" else "to popular lists only"
    assert run.verdict.endswith(
        f"Not published: staff switched {told} on {now:%Y-%m-%d %H:%M} UTC. Publish it by hand."
    )
    assert live_run_id() == shown
    publish(run.pk, by=None, reason="It is well again.", now=now)
    following = made(nightly)
    assert live_run_id() == following.pk


def test_customers_who_asked_to_be_forgotten_have_no_lists(nightly: Nightly) -> None:
    make_product()
    now = timezone.now()
    ask_to_forget(customer_id=3, now=now)
    # Done while the run was on its way: what it read was older.
    ForgottenCustomer.objects.create(
        customer_id=4, requested_at=now - timedelta(days=1), done_at=now + timedelta(hours=1)
    )
    # Long done: what is known of this one is new.
    ForgottenCustomer.objects.create(
        customer_id=5, requested_at=now - timedelta(days=9), done_at=now - timedelta(days=8)
    )

    run = made(nightly)

    held = CustomerLists.objects.filter(run=run, customer_id__lte=6).order_by("customer_id")
    assert list(held.values_list("customer_id", flat=True)) == [1, 2, 5, 6]
    assert run.customer_count == 28


def test_who_asks_to_be_forgotten_loses_the_lists_at_once(nightly: Nightly) -> None:
    make_product()
    runs = [made(nightly), made(nightly)]

    ask_to_forget(customer_id=3, now=timezone.now())

    assert not CustomerLists.objects.filter(customer_id=3).exists()
    assert [CustomerLists.objects.filter(run=run).count() for run in runs] == [29, 29]


def test_without_java_the_run_says_so_and_popular_lists_stay(nightly: Nightly) -> None:
    def nowhere(
        *, lake: str, run: str, seed: int, until: datetime
    ) -> tuple[Sequence[str], Mapping[str, str]]:
        raise NoSpark("Spark needs Java 17 or later and none was found.")

    run = run_nightly(Tools(command=nowhere, lake_url="file:///nowhere"), start_new=True)

    assert run is not None
    assert (run.status, run.has_lists) == (RunStatus.FAILED, False)
    assert run.verdict == "Spark needs Java 17 or later and none was found."
    assert run.finished_at is not None
    assert live_run_id() is None


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        (
            {"refuse": "The lake has no purchases.", "exit": 3},
            "There is nothing to learn from: The lake has no purchases.",
        ),
        ({"refuse": "disk full", "exit": 1}, "The job ended with exit code 1: disk full"),
        ({"without_result": True}, "The job said that it was done and left no result.json."),
        ({"metrics": "none"}, "The result's metrics are not what was agreed."),
        ({"metrics": {"customers": "many"}}, "The result's metrics are not what was agreed."),
    ],
)
def test_a_job_that_fails_says_why_and_what_was_live_stays(
    nightly: Nightly, plan: dict[str, object], verdict: str, tmp_path: Path
) -> None:
    make_product()
    live = made(nightly)
    nightly.plan |= plan

    run = made(nightly)

    assert (run.status, run.verdict, run.has_lists) == (RunStatus.FAILED, verdict, False)
    assert live_run_id() == live.pk
    assert not CustomerLists.objects.filter(run=run).exists()
    assert list((tmp_path / "the runs").iterdir()) == []


def test_while_one_is_at_work_no_other_is_started(nightly: Nightly) -> None:
    now = timezone.now()
    RecommendationRun.objects.create(started_at=now, heartbeat_at=now)

    with pytest.raises(RunInProgress):
        nightly.run()

    assert RecommendationRun.objects.count() == 1


def test_where_nothing_died_nothing_is_taken_up(nightly: Nightly) -> None:
    assert nightly.run(start_new=False) is None
    assert not RecommendationRun.objects.exists()


def test_files_of_another_shops_run_of_that_number_are_not_used(nightly: Nightly) -> None:
    make_product()
    earlier = made(nightly)
    left = Path(RunFolder(earlier.pk + 1).url.removeprefix("file://"))
    left.mkdir(parents=True)
    (left / "result.json").write_text("{}")

    run = made(nightly)

    assert (run.pk, run.status) == (earlier.pk + 1, RunStatus.READY)


def test_lists_stay_of_the_live_run_the_two_before_it_and_the_newest(nightly: Nightly) -> None:
    make_product()
    published = [made(nightly) for _ in range(5)]
    nightly.plan["metrics"] = metrics(ndcg=0.05)
    refused = [made(nightly) for _ in range(2)]

    held = RecommendationRun.objects.filter(has_lists=True)
    kept = sorted([*published[2:], refused[1]], key=lambda run: run.pk)
    assert list(held.order_by("pk")) == kept
    assert set(CustomerLists.objects.values_list("run", flat=True)) == {run.pk for run in kept}
    assert set(CategoryLists.objects.values_list("run", flat=True)) == {run.pk for run in kept}
    assert RecommendationRun.objects.count() == 7
