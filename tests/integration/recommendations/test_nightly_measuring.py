"""By whom the nightly application judges what it has learned."""

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from recommendations.spark.nightly.catalogue import read_catalogue
from recommendations.spark.nightly.events import read_events
from recommendations.spark.nightly.folder import KeptInFolder, RunFolder
from recommendations.spark.nightly.job import Arguments, build
from recommendations.spark.nightly.measuring import measure_held_out
from recommendations.spark.recipe import NOVEL
from tests.integration.recommendations.nightly_runs import (
    UNTIL,
    Event,
    order,
    tables,
    write_catalogue,
    write_lake,
)

pytestmark = pytest.mark.usefixtures("spark")


def _measured(spark: SparkSession, folder: Path, events: list[Event]) -> dict[str, Any] | None:
    write_catalogue(folder / "run")
    run = RunFolder(spark, f"file://{folder}/run")
    catalogue = read_catalogue(spark, run)
    read = read_events(spark, write_lake(folder / "lake", events), catalogue, until=UNTIL)
    return measure_held_out(read, catalogue, NOVEL, KeptInFolder(run, "held-out"))


def test_shoppers_without_a_history_are_told_apart_and_not_judged_by(
    spark: SparkSession, tmp_path: Path
) -> None:
    known = [
        each
        for customer in (1, 2)
        for each in (
            order(f"OLD{customer}", 1, 2, days_ago=60 + customer, customer_id=customer),
            *(
                order(f"{customer}-{day}", 4 + day, days_ago=day, customer_id=customer)
                for day in range(1, 8)
            ),
        )
    ]
    guests = [order(f"G{guest}", 1, days_ago=2.5, visitor=f"g{guest}") for guest in range(25)]

    metrics = _measured(spark, tmp_path, known + guests)

    assert metrics is not None
    assert metrics["customers"] == 2
    assert metrics["segments"]["never seen before"]["customers"] == 25
    # The guests bought the most popular product, which both rankers list first.
    assert metrics["segments"]["never seen before"]["model"]["ndcg"] > 0.5
    assert metrics["model"]["ndcg"] < 0.5


def test_where_nobody_has_a_history_nothing_is_measured(
    spark: SparkSession, tmp_path: Path
) -> None:
    sellers = [order(f"O{number}", 1, days_ago=20 + number, customer_id=1) for number in (1, 2)]
    guests = [
        order(f"G{guest}", 2, days_ago=1 + guest / 4, visitor=f"g{guest}") for guest in range(25)
    ]

    assert _measured(spark, tmp_path, sellers + guests) is None


def test_a_shop_with_its_first_order_has_lists_though_nothing_can_be_measured(
    spark: SparkSession, tmp_path: Path
) -> None:
    write_catalogue(tmp_path / "run")
    lake = write_lake(tmp_path / "lake", [order("FIRST", 1, days_ago=3, customer_id=1)])

    build(spark, Arguments(lake=lake, run=f"file://{tmp_path}/run", seed=1, until=UNTIL))

    written = tables(tmp_path / "run")
    assert written["result"]["metrics"] is None
    assert written["result"]["data_until"] == "2026-05-29T00:00:00+00:00"
    assert [row["bought"] for row in written["customers"]] == [[1]]
