"""Item-by-item sums over all customers: Gram matrices, added up in Spark.

Each task adds its customers into dense matrices of the top items; these are added up block by
block. All addends are multiples of a grain, so the order makes no difference, not in the last bit.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial

import numpy as np
from pyspark.sql import DataFrame

from recommendations.spark.history import (
    Event,
    Examples,
    History,
    interests,
    next_baskets,
    read_history,
)
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import Floats, grained

ROWS_PER_BLOCK = 256
MOST_TASKS = 8  # each holds matrices of its own


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
    blocks = (
        histories.select("events")
        .rdd.map(lambda row: [tuple(event) for event in row.events])
        .coalesce(tasks)
        .mapPartitions(partial(_sum_up, wanted=wanted, size=size, today=today, recipe=recipe))
        # About a block each: the driver's Java holds one partition of the result at a time.
        .reduceByKey(np.add, numPartitions=max(tasks, len(wanted) * size // ROWS_PER_BLOCK))
    )
    sums = {kind: np.zeros((size, size)) for kind in wanted}
    for (kind, start), rows in blocks.toLocalIterator():
        sums[Sum(kind)][start : start + len(rows)] = rows
    return sums


def _sum_up(
    customers: Iterable[list[Event]],
    *,
    wanted: Collection[Sum],
    size: int,
    today: int,
    recipe: Recipe,
) -> Iterator[tuple[tuple[str, int], Floats]]:
    sums = {kind: np.zeros((size, size)) for kind in wanted}
    for events in customers:
        add_customer(sums, read_history(events, below=size), today=today, recipe=recipe)
    for kind, matrix in sums.items():
        for start in range(0, size, ROWS_PER_BLOCK):
            yield (kind.value, start), matrix[start : start + ROWS_PER_BLOCK]


def add_customer(
    sums: Mapping[Sum, Floats], history: History, *, today: int, recipe: Recipe
) -> None:
    """Add one customer to the sums."""
    if not len(history.items):
        return
    cells = np.ix_(history.items, history.items)
    examples = next_baskets(
        history,
        today=today,
        past_half_life=recipe.past_half_life_days,
        example_half_life=recipe.example_half_life_days,
    )
    for kind, matrix in sums.items():
        matrix[cells] += _addend(kind, history, examples, today=today, recipe=recipe)


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
