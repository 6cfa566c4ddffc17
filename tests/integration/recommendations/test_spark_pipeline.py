"""The nightly job on small made interactions, in one Spark session."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from numpy.testing import assert_allclose, assert_array_equal
from pyspark.sql import DataFrame, SparkSession

from recommendations.spark.checkpoints import Checkpoints
from recommendations.spark.history import interests, read_history
from recommendations.spark.lists import bought_together, similar_items
from recommendations.spark.matrices import Sum, sum_matrices
from recommendations.spark.pipeline import prepare, recommend, train
from recommendations.spark.purchases import read_purchases
from recommendations.spark.recipe import RECIPES, Mode, Recipe
from recommendations.spark.weights import grained

START = datetime(2026, 1, 1, 12)  # noqa: DTZ001 - as pandas writes it
SMALL = Recipe(als_rank=4, als_iterations=2)
USERS, ITEMS = 60, 20

Row = tuple[int, str, int]


def _rows() -> list[Row]:
    """Users with even numbers buy even items, the others odd ones; (user, item, day)."""
    draw = random.Random(5)
    rows = []
    for user in range(USERS):
        kin = [number for number in range(ITEMS) if number % 2 == user % 2]
        for day in sorted(draw.sample(range(200), 4)):
            rows += [(user, f"I{item:02}", day) for item in draw.sample(kin, 2)]
    return rows


def _write(path: Path, rows: list[Row], **columns: list[Any]) -> Path:
    table = {
        "user_id": [user for user, _, _ in rows],
        "item_id": [item for _, item, _ in rows],
        "ts": pa.array([START + timedelta(days=day) for *_, day in rows], pa.timestamp("ns")),
        **columns,
    }
    pq.write_table(pa.table(table), path, version="2.6")
    return path


@pytest.fixture(scope="module")
def interactions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("lake") / "interactions.parquet", _rows())


@pytest.fixture(scope="module")
def purchases(spark: SparkSession, interactions: Path) -> DataFrame:
    return read_purchases(spark, str(interactions))


def _lists(run: Path) -> dict[int, list[str]]:
    lists: dict[int, list[str]] = defaultdict(list)
    for line in run.read_text().splitlines():
        user, item = line.split("\t")
        lists[int(user)].append(item)
    return dict(lists)


def _build(interactions: Path, output: Path, **options: Any) -> str:
    call_command("build_recommendations", interactions=str(interactions), output=output, **options)
    return output.read_text()


@pytest.fixture(scope="module")
def novel_run(spark: SparkSession, interactions: Path) -> Path:
    output = interactions.with_name("novel.tsv")
    _build(interactions, output, top=5)
    return output


def test_the_command_lists_new_items_of_the_customers_kind(novel_run: Path) -> None:
    lists = _lists(novel_run)

    bought = defaultdict(set)
    for user, item, _ in _rows():
        bought[user].add(item)
    assert sorted(lists) == list(range(USERS))
    assert not any(bought[user] & set(items) for user, items in lists.items())
    assert {len(set(items)) for items in lists.values()} == {5}
    firsts = [int(items[0][1:]) % 2 == user % 2 for user, items in lists.items()]
    assert sum(firsts) >= USERS - 6
    assert [path.name for path in novel_run.parent.glob("*tsv*")] == ["novel.tsv"]


def test_the_same_seed_gives_the_same_file(
    novel_run: Path, interactions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _build(interactions, tmp_path / "again.tsv", top=5) == novel_run.read_text()
    assert capsys.readouterr().out == f"{5 * USERS} recommendations for {USERS} customers.\n"


def test_repeats_come_first_in_mode_all(
    spark: SparkSession, interactions: Path, tmp_path: Path
) -> None:
    _build(interactions, tmp_path / "all.tsv", top=5, mode="all")

    bought = {(user, item) for user, item, _ in _rows()}
    lists = _lists(tmp_path / "all.tsv")
    assert len(lists) == USERS
    assert all((user, items[0]) in bought for user, items in lists.items())


def test_the_matrices_added_up_by_spark_are_those_of_numpy(purchases: DataFrame) -> None:
    numbered = prepare(purchases, SMALL)

    sums = sum_matrices(
        numbered.histories, list(Sum), size=ITEMS, today=numbered.today, recipe=SMALL
    )

    wishes = np.zeros((USERS, ITEMS))
    for user, row in enumerate(numbered.histories.orderBy("user").collect()):
        history = read_history([tuple(event) for event in row.events])
        wishes[user, history.items] = interests(
            history, today=numbered.today, half_life=SMALL.half_life_days
        )
    assert_array_equal(sums[Sum.GRAM], grained(wishes).T @ grained(wishes))
    assert sums[Sum.BASKETS].trace() == len(_rows())
    assert_allclose(sums[Sum.PAST], sums[Sum.PAST].T)


def test_items_outside_the_matrices_are_recommended_too(purchases: DataFrame) -> None:
    recipe = replace(SMALL, matrix_items=4, als_share=0, next_share=0)

    trained = train(prepare(purchases, recipe), recipe, Mode.NOVEL)
    rows = recommend(trained, top=5).collect()

    rare = set(trained.numbered.item_ids[4:])
    assert trained.blend.ease.shape == (4, 4)
    assert any(row.item_id in rare for row in rows if row["rank"] == 1)
    similar = similar_items(trained, top=3, listed=np.arange(ITEMS) != ITEMS - 1).collect()
    assert {row.item for row in similar} == set(range(ITEMS - 1))
    assert not any({row.item, ITEMS - 1} & set(row.others) for row in similar)


def test_lists_for_publishing(purchases: DataFrame) -> None:
    numbered = prepare(purchases, SMALL)
    retired = numbered.item_ids.index("I07")
    listed = np.arange(ITEMS) != retired

    similar = similar_items(train(numbered, SMALL, Mode.NOVEL), top=3, listed=listed).collect()
    together = bought_together(numbered, SMALL, top=3, listed=listed).collect()

    for lists in similar, together:
        assert {row.item for row in lists} == set(np.flatnonzero(listed))
        assert {len(row.others) for row in lists} == {3}
        assert not any({row.item, retired} & set(row.others) for row in lists)
    kinds = [int(item_id[1:]) % 2 for item_id in numbered.item_ids]
    assert all(kinds[row.item] == kinds[other] for row in together for other in row.others)


def test_looks_weigh_less_and_do_not_make_an_item_old(spark: SparkSession, tmp_path: Path) -> None:
    rows = [(user, item, day) for user, item, day in _rows() if user < 10]
    looks = [day % 2 == 0 for *_, day in rows]
    path = _write(
        tmp_path / "mixed.parquet",
        rows,
        weight=[0.1 if look else 1.0 for look in looks],
        bought=[not look for look in looks],
    )

    numbered = prepare(read_purchases(spark, str(path)), SMALL)

    events = [event for row in numbered.histories.collect() for event in row.events]
    assert {(event.weight, event.bought) for event in events} == {(0.1, False), (1.0, True)}


def test_finished_stages_are_not_done_again(tmp_path: Path) -> None:
    made = []

    def make() -> dict[str, Any]:
        made.append(1)
        return {"ease": np.eye(2, dtype=np.float32)}

    for key in "same", "same", "other":
        kept = Checkpoints(tmp_path / "work", of=key).arrays("linear", make)
        assert_array_equal(kept["ease"], np.eye(2))
    assert len(made) == 2

    Checkpoints(tmp_path / "work", of="same").clear()

    assert len(list((tmp_path / "work").iterdir())) == 1


def test_a_run_is_the_same_from_kept_stages(
    spark: SparkSession, purchases: DataFrame, tmp_path: Path
) -> None:
    checkpoints = Checkpoints(tmp_path / "work", of="run")
    numbered = prepare(purchases, SMALL)

    runs = [
        recommend(train(numbered, SMALL, Mode.ALL, checkpoints), top=3).collect() for _ in range(2)
    ]

    assert sorted(runs[0]) == sorted(runs[1])
    assert len(runs[0]) == 3 * USERS


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.parquet", "there is no such file"),
        ("text.parquet", "cannot be read as Parquet"),
        ("lacking.parquet", "has no column item_id, ts"),
        ("empty.parquet", "has no interactions"),
        ("dates-as-text.parquet", "ts must be a time, not string"),
    ],
)
def test_bad_input_is_refused_with_the_reason(
    spark: SparkSession, tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "text.parquet").write_text("user_id,item_id,ts\n")
    pq.write_table(pa.table({"user_id": [1]}), tmp_path / "lacking.parquet")
    _write(tmp_path / "empty.parquet", [])
    text = pa.table({"user_id": [1], "item_id": ["A"], "ts": ["2026-01-01"]})
    pq.write_table(text, tmp_path / "dates-as-text.parquet")

    with pytest.raises(CommandError, match=message):
        _build(tmp_path / name, tmp_path / "run.tsv")

    assert not (tmp_path / "run.tsv").exists()


def test_an_output_that_cannot_be_written_is_refused_before_any_work(
    interactions: Path, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="there is no folder"):
        _build(interactions, tmp_path / "none" / "run.tsv")


def test_every_recipe_is_for_a_mode() -> None:
    assert set(RECIPES) == set(Mode)
