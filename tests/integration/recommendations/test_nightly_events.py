"""What the nightly application makes of the events of a lake."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from recommendations.lake import EventLake, Partition
from recommendations.spark.errors import BadPurchases, NothingToLearn
from recommendations.spark.nightly.catalogue import read_catalogue
from recommendations.spark.nightly.events import read_events
from recommendations.spark.nightly.folder import RunFolder
from recommendations.spark.nightly.job import Arguments, build
from recommendations.spark.nightly.stages import Stages
from tests.integration.recommendations.nightly_runs import (
    UNTIL,
    Event,
    event,
    order,
    write_catalogue,
    write_lake,
)

pytestmark = pytest.mark.usefixtures("spark")
ANNA: Event = {"customer_id": 1, "visitor": "annas"}
BEN: Event = {"customer_id": 2, "visitor": "bens"}

Read = set[tuple[str, str, float, bool]]


def _read(spark: SparkSession, folder: Path, lake: str) -> Read:
    write_catalogue(folder / "run")
    catalogue = read_catalogue(spark, RunFolder(spark, f"file://{folder}/run"))
    rows = read_events(spark, lake, catalogue, until=UNTIL).collect()
    assert len({(row.user_id, row.item_id, row.day) for row in rows}) == len(rows)
    return {(row.user_id, row.item_id, row.weight, row.bought) for row in rows}


def test_each_kind_of_event_has_its_weight_and_only_purchases_are_bought(
    spark: SparkSession, tmp_path: Path
) -> None:
    events = [
        event("click", sku="S1", days_ago=1, **ANNA),
        event("view", sku="S2", days_ago=1, **ANNA),
        event("wishlist", sku="S4", action="add", days_ago=1, **ANNA),
        event("cart", sku="S5", action="add", days_ago=1, **ANNA),
        event("cart", sku="S6", action="remove", days_ago=1, **ANNA),
        event("wishlist", sku="S7", action="remove", days_ago=1, **ANNA),
        event("search", text="lamp", days_ago=1, **ANNA),
        order("P1", 8, 99, days_ago=1, **ANNA),
        # Of several on a day the strongest counts.
        event("view", sku="S8", days_ago=1, **ANNA),
    ]

    read = _read(spark, tmp_path, write_lake(tmp_path / "lake", events))

    assert read == {
        ("c1", "1", 0.025, False),
        ("c1", "2", 0.05, False),
        ("c1", "4", 0.15, False),
        ("c1", "5", 0.25, False),
        ("c1", "8", 1.0, True),
        ("c1", "99", 1.0, True),
    }


def test_an_order_counts_once_when_it_is_paid_for_and_not_undone(
    spark: SparkSession, tmp_path: Path
) -> None:
    events = [
        order("PAID", 1, outcome="placed", days_ago=9, **ANNA),
        order("PAID", 1, days_ago=9, **ANNA),
        order("UNPAID", 2, outcome="placed", days_ago=8, **ANNA),
        order("SENT BACK", 4, days_ago=7, **ANNA),
        order("SENT BACK", 4, outcome="returned", days_ago=2, **ANNA),
        order("CALLED OFF", 5, days_ago=6, **ANNA),
        order("CALLED OFF", 5, outcome="cancelled", days_ago=5, **ANNA),
        order("TOO LATE", 6, days_ago=-0.1, **ANNA),
    ]
    lake = write_lake(tmp_path / "lake", events)
    write_lake(tmp_path / "lake", events[:2])  # as a killed collector does

    assert _read(spark, tmp_path, lake) == {("c1", "1", 1.0, True)}


def test_what_a_visitor_did_before_signing_in_is_the_customers(
    spark: SparkSession, tmp_path: Path
) -> None:
    events = [
        event("view", sku="S1", days_ago=3, visitor="before"),
        order("P1", 2, days_ago=3, visitor="before"),
        event("sign-in", days_ago=2, visitor="before", customer_id=1),
        # Whoever did this did not sign in with that id.
        event("view", sku="S4", days_ago=1, visitor="before"),
        event("sign-in", days_ago=0.5, visitor="before", customer_id=2),
        # A housemate looks around when the customer's session has ended.
        event("view", sku="S5", days_ago=2, visitor="after", customer_id=1),
        event("view", sku="S6", days_ago=1, visitor="after"),
        event("view", sku="S7", days_ago=1, visitor="guest"),
        event("view", sku="S8", days_ago=1),
    ]

    read = _read(spark, tmp_path, write_lake(tmp_path / "lake", events))

    assert {(user, item) for user, item, *_ in read} == {
        ("c1", "1"),
        ("c1", "2"),
        ("vbefore", "4"),
        ("c1", "5"),
        ("vafter", "6"),
        ("vguest", "7"),
    }


def test_files_of_an_older_shop_lack_columns(spark: SparkSession, tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", [event("view", sku="S2", days_ago=1, **BEN)])
    when = pa.array([UNTIL.replace(month=5)], pa.timestamp("us", tz="UTC"))
    line = pa.array([[{"sku": "S1", "quantity": 1}]])
    looks = {"event_id": ["old"], "occurred_at": when, "visitor": ["annas"], "sku": ["S1"]}
    orders = {"event_id": ["older"], "occurred_at": when, "lines": line, "customer_id": [2]}
    orders |= {"order_number": ["P1"], "outcome": ["confirmed"]}
    for kind, columns in ("click", looks), ("order", orders):
        EventLake(lake).write_table(Partition(kind, when[0].as_py().date()), pa.table(columns))

    assert _read(spark, tmp_path, lake) == {
        ("c2", "2", 0.05, False),
        ("vannas", "1", 0.025, False),
        ("c2", "1", 1.0, True),
    }


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (
            [event("view", sku="S1", days_ago=1, **ANNA)],
            "nobody bought anything before 2026-06-01",
        ),
        (None, "there are no events yet"),
    ],
)
def test_without_purchases_there_is_nothing_to_learn(
    spark: SparkSession, tmp_path: Path, events: list[Event] | None, message: str
) -> None:
    write_catalogue(tmp_path / "run")
    lake = write_lake(tmp_path / "lake", events) if events else f"file://{tmp_path}/lake"

    with pytest.raises(NothingToLearn, match=message):
        build(spark, _arguments(lake, tmp_path / "run"))


def test_the_folder_of_another_run_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    write_catalogue(tmp_path / "run")
    for lake, error in ("none", NothingToLearn), ("other", BadPurchases):
        with pytest.raises(error):
            build(spark, _arguments(f"file://{tmp_path}/{lake}", tmp_path / "run"))


def test_files_that_compaction_replaces_meanwhile_are_read_again(
    spark: SparkSession, tmp_path: Path
) -> None:
    events = [event("view", sku=f"S{number}", days_ago=1, **ANNA) for number in (1, 2)]
    lake = EventLake(write_lake(tmp_path / "lake", events[:1]))
    write_lake(tmp_path / "lake", events[1:])
    (partition,) = lake.partitions()
    listed = []

    def read() -> DataFrame:
        rows = spark.read.schema("event_id string").parquet(f"file://{tmp_path}/lake")
        listed.append(lake.files(partition))
        if len(listed) == 1:
            lake.compact(partition)
        return rows

    stages = Stages(RunFolder(spark, f"file://{tmp_path}/run"))
    assert stages.table("read", "events", read, attempts=2).count() == 2
    assert [len(files) for files in listed] == [2, 1]


def _arguments(lake: str, run: Path, **other: Any) -> Arguments:
    return Arguments(lake=lake, run=f"file://{run}", seed=1, until=UNTIL, **other)
