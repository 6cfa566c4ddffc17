"""What changes with the number of events, so that Spark's memory need not grow with it."""

from collections.abc import Iterator

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

from recommendations.spark import ratings, session
from recommendations.spark.ratings import factorize
from recommendations.spark.recipe import Recipe
from recommendations.spark.session import PARTITIONS, divide

USERS, ITEMS = 60, 12
HISTORIES = "user int, events array<struct<day: int, item: int, weight: double, bought: boolean>>"


@pytest.fixture
def usual(spark: SparkSession) -> Iterator[int]:
    before = str(spark.conf.get(PARTITIONS))
    yield int(before)
    spark.conf.set(PARTITIONS, before)


def bought_by(user: int) -> list[int]:
    """Users of three kinds, each with items of their own."""
    return [item for item in range(ITEMS) if item % 3 == user % 3]


@pytest.fixture(scope="module")
def histories(spark: SparkSession) -> DataFrame:
    rows = [(user, [(3, item, 1.0, True) for item in bought_by(user)]) for user in range(USERS)]
    return spark.createDataFrame(rows, HISTORIES)


def test_shuffles_of_many_rows_have_more_partitions(spark: SparkSession, usual: int) -> None:
    divide(spark.range(3 * session.ROWS_PER_PARTITION * usual))

    assert spark.conf.get(PARTITIONS) == str(3 * usual)


def test_shuffles_of_few_rows_stay_as_they_are(spark: SparkSession, usual: int) -> None:
    divide(spark.range(1000))

    assert spark.conf.get(PARTITIONS) == str(usual)


@pytest.mark.parametrize("events_per_block", [2_000_000, 20])
def test_customers_prefer_what_they_bought_in_however_many_blocks(
    histories: DataFrame, monkeypatch: pytest.MonkeyPatch, events_per_block: int
) -> None:
    monkeypatch.setattr(ratings, "EVENTS_PER_BLOCK", events_per_block)

    factors = factorize(histories, size=ITEMS, today=5, recipe=Recipe(als_rank=4))

    users = factors.users.orderBy("user").collect()
    scores = np.array([row.factors for row in users]) @ factors.items.T
    bought = np.array([np.isin(range(ITEMS), bought_by(user)) for user in range(USERS)])
    assert [row.user for row in users] == list(range(USERS))
    assert scores[bought].min() > scores[~bought].max()
