"""Item-by-item sums over all customers: Gram matrices, added up in Spark.

Each task adds its customers into dense matrices of the top items; these are added up block by
block. All addends are multiples of a grain, so the order makes no difference, not in the last bit.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from recommendations.spark.history import (
    Examples,
    History,
    interests,
    next_baskets,
    read_histories,
)
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import Floats, grained

ROWS_PER_BLOCK = 256
MOST_TASKS = 8  # each holds matrices of its own
BLOCKS = "kind string, start int, rows binary"
ARROW_BLOCKS = pa.schema([("kind", pa.string()), ("start", pa.int32()), ("rows", pa.binary())])


class Sum(StrEnum):
    """What is added up for each pair of items."""

    GRAM = "interest in both"
    PAST = "both known before a basket"
    NEW = "one known before a basket that brings the other for the first time"
    NEXT = "one known before a basket with the other"
    BASKETS = "days on which both were bought"


Sums = dict[Sum, Floats]


def sum_matrices(
    histories: DataFrame, wanted: Collection[Sum], *, size: int, today: int, recipe: Recipe
) -> Sums:
    """Return the wanted sums for the first `size` items."""
    tasks = min(MOST_TASKS, histories.sparkSession.sparkContext.defaultParallelism)
    sum_up = partial(_sum_up, wanted=wanted, size=size, today=today, recipe=recipe)
    blocks = (
        histories.select("events")
        .coalesce(tasks)
        .mapInArrow(sum_up, BLOCKS)
        .rdd.map(lambda row: ((row.kind, row.start), np.frombuffer(row.rows).reshape(-1, size)))
        # About a block each: the driver's Java holds one partition of the result at a time.
        .reduceByKey(np.add, numPartitions=max(tasks, len(wanted) * size // ROWS_PER_BLOCK))
    )
    sums = {kind: np.zeros((size, size)) for kind in wanted}
    for (kind, start), rows in blocks.toLocalIterator():
        sums[Sum(kind)][start : start + len(rows)] = rows
    return sums


def _sum_up(
    customers: Iterable[pa.RecordBatch],
    *,
    wanted: Collection[Sum],
    size: int,
    today: int,
    recipe: Recipe,
) -> Iterator[pa.RecordBatch]:
    sums = {kind: np.zeros((size, size)) for kind in wanted}
    for batch in customers:
        for history in read_histories(batch.column("events"), below=size):
            add_customer(sums, history, today=today, recipe=recipe)
    for kind, matrix in sums.items():
        for start in range(0, size, ROWS_PER_BLOCK):
            rows = matrix[start : start + ROWS_PER_BLOCK].tobytes()
            columns = {"kind": [kind.value], "start": [start], "rows": [rows]}
            yield pa.RecordBatch.from_pydict(columns, schema=ARROW_BLOCKS)


def add_customer(
    sums: Mapping[Sum, Floats], history: History, *, today: int, recipe: Recipe
) -> None:
    """Add one customer to the sums."""
    if not len(history.items):
        return
    size = len(next(iter(sums.values())))
    # Flat, which numpy is faster at; no cell comes twice.
    cells = (history.items[:, np.newaxis] * size + history.items).ravel()
    examples = next_baskets(
        history,
        today=today,
        past_half_life=recipe.past_half_life_days,
        example_half_life=recipe.example_half_life_days,
    )
    for kind, matrix in sums.items():
        addend = _addend(kind, history, examples, today=today, recipe=recipe)
        matrix.reshape(-1)[cells] += addend.ravel()


def _addend(
    kind: Sum, history: History, examples: Examples, *, today: int, recipe: Recipe
) -> Floats:
    if kind is Sum.GRAM:
        wanted = grained(interests(history, today=today, half_life=recipe.half_life_days))
        return np.asarray(np.outer(wanted, wanted))
    if kind is Sum.BASKETS:
        baskets = _baskets(history)
        return np.asarray(baskets.T @ baskets)
    right = {
        Sum.PAST: examples.past,
        Sum.NEW: examples.baskets * (examples.past == 0),
        Sum.NEXT: examples.baskets,
    }[kind]
    return np.asarray((examples.past.T * examples.weights) @ right)


def _baskets(history: History) -> Floats:
    """Return a row for each day with a purchase, a column for each item: 1 where bought."""
    days, at_day = np.unique(history.days[history.bought], return_inverse=True)
    baskets = np.zeros((len(days), len(history.items)))
    baskets[at_day, history.at[history.bought]] = 1
    return baskets
