"""Items outside the matrices: their nearest neighbours by how often both interest a customer.

Pairs of items are never rows of a shuffle, there are far too many: a rare item is sent the
interests of its customers, an array each, and adds them up in one place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark import StorageLevel
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

from recommendations.spark.history import History, interests, read_histories
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import Floats, Numbers, grained

MOST_ITEMS_PER_USER = 200
MOST_USERS_PER_ITEM = 300
# Of a rare item's pairs with the top items, those that may be among the neighbours of these.
MOST_TOLD = 100
WISHES = "user int, items array<int>, interests array<double>"
PAIRS = "item int, other int, weight double"


@dataclass(frozen=True)
class Regression:
    """What turns sums into weights; sent to the workers."""

    squares: Floats
    size: int
    ridge: float
    most: int


def rare_neighbours(
    histories: DataFrame, *, size: int, items: int, today: int, recipe: Recipe
) -> DataFrame:
    """Return (item, other, weight) where item or other is not among the first `size` of `items`.

    The weight is G[item, other] / (G[item, item] + ridge): the regression of one item on one
    other, thus in the unit of the EASE weights. Each item keeps its strongest neighbours. Of a
    rare item that very many want, the customers of the greatest interest speak for all.
    """
    look = partial(_wishes, today=today, half_life=recipe.half_life_days)
    wishes = histories.select("user", "events").mapInArrow(look, WISHES)
    wishes = wishes.persist(StorageLevel.DISK_ONLY)
    regression = Regression(_squares(wishes, items), size, recipe.ease_ridge, recipe.neighbours)
    shared = histories.sparkSession.sparkContext.broadcast(regression)

    def pairs_of(customers: pa.Table) -> pa.Table:
        return _pairs_of(customers, shared.value)

    pairs = (
        _customers_of_rare(wishes, size)
        .join(wishes, "user")
        .groupBy("item")
        .applyInArrow(pairs_of, PAIRS)
    )
    nearest = Window.partitionBy("item").orderBy(f.desc("weight"), "other")
    return (
        pairs.withColumn("place", f.row_number().over(nearest))
        .where(f.col("place") <= recipe.neighbours)
        .drop("place")
    )


def _wishes(
    customers: Iterable[pa.RecordBatch], *, today: int, half_life: float
) -> Iterator[pa.RecordBatch]:
    """Yield the strongest interests of each customer, by item number."""
    for batch in customers:
        wishes = [
            _strongest(history, grained(interests(history, today=today, half_life=half_life)))
            for history in read_histories(batch.column("events"))
        ]
        lengths = [len(items) for items, _ in wishes]
        starts = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
        items = np.concatenate([items for items, _ in wishes]).astype(np.int32)
        values = np.concatenate([values for _, values in wishes])
        yield pa.record_batch(
            {
                "user": batch.column("user"),
                "items": pa.ListArray.from_arrays(starts, items),
                "interests": pa.ListArray.from_arrays(starts, values),
            }
        )


def _strongest(history: History, wish: Floats) -> tuple[Numbers, Floats]:
    best = np.sort(_best(wish, MOST_ITEMS_PER_USER))
    best = best[wish[best] > 0]
    return history.items[best], wish[best]


def _squares(wishes: DataFrame, items: int) -> Floats:
    """Return the diagonal of the Gram matrix."""
    interest = f.col("interests")
    sums = (
        wishes.select(f.inline(f.arrays_zip("items", "interests")))
        .groupBy("items")
        .agg(f.sum(interest * interest))
        .toDF("item", "square")
        .toArrow()
    )
    squares = np.zeros(items)
    squares[sums["item"].to_numpy()] = sums["square"].to_numpy()
    return squares


def _customers_of_rare(wishes: DataFrame, size: int) -> DataFrame:
    """Return (user, item, interest): who wants a rare item most."""
    strongest = Window.partitionBy("item").orderBy(f.desc("interest"), "user")
    return (
        wishes.select("user", f.inline(f.arrays_zip("items", "interests")))
        .toDF("user", "item", "interest")
        .where(f.col("item") >= size)
        .withColumn("place", f.row_number().over(strongest))
        .where(f.col("place") <= MOST_USERS_PER_ITEM)
        .drop("place")
    )


def _pairs_of(customers: pa.Table, regression: Regression) -> pa.Table:
    """Return the neighbours of one rare item, and it as a neighbour of the top items."""
    item = customers["item"][0].as_py()
    lengths = pc.list_value_length(customers["items"]).to_numpy()
    wish = np.repeat(customers["interest"].to_numpy(), lengths)
    flat = pc.list_flatten(customers["items"]).to_numpy()
    others, at = np.unique(flat, return_inverse=True)
    both = np.bincount(at, weights=wish * pc.list_flatten(customers["interests"]).to_numpy())
    is_other = others != item
    square, others, both = both[~is_other][0], others[is_other], both[is_other]
    nearest = _best(both, regression.most)
    top = others < regression.size
    weights = both[top] / (regression.squares[others[top]] + regression.ridge)
    told = _best(weights, MOST_TOLD)
    return pa.table(
        {
            "item": np.concatenate([np.full(len(nearest), item), others[top][told]]),
            "other": np.concatenate([others[nearest], np.full(len(told), item)]),
            "weight": np.concatenate([both[nearest] / (square + regression.ridge), weights[told]]),
        },
        schema=pa.schema([("item", pa.int32()), ("other", pa.int32()), ("weight", pa.float64())]),
    )


def _best(values: Floats, most: int) -> Numbers:
    """Return where the greatest values are; of equal ones the first."""
    return np.argsort(-values, kind="stable")[:most]
