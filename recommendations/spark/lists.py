"""Lists that no single customer is needed for: similar items, bought together, popular."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

from recommendations.spark.matrices import Sum, sum_matrices
from recommendations.spark.pipeline import Trained
from recommendations.spark.purchases import Numbered
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import Floats, faded

# Two baskets in common may be chance; the square root's growth is slowed by this many more.
SHRINK = 5.0


@dataclass(frozen=True)
class Related:
    """An item's place in the list of another."""

    item_id: str
    rank: int
    other_id: str
    score: float


def similar_items(trained: Trained, *, top: int) -> Iterator[Related]:
    """Yield for each item those it speaks for most: EASE weights, for rare ones co-occurrence."""
    item_ids = trained.numbered.item_ids
    related = _strongest(trained.blend.ease, item_ids, top)
    if trained.neighbours is None:
        return related
    return chain(related, _rare(trained, trained.neighbours, top))


def bought_together(numbered: Numbered, recipe: Recipe, *, top: int) -> Iterator[Related]:
    """Yield for each of the top items those often in a basket with it, by shrunk cosine.

    both / (sqrt(baskets of one * baskets of the other) + shrink)
    """
    size = min(len(numbered.item_ids), recipe.matrix_items)
    sums = sum_matrices(
        numbered.histories, [Sum.BASKETS], size=size, today=numbered.today, recipe=recipe
    )
    return _strongest(shrunk_cosine(sums[Sum.BASKETS]), numbered.item_ids, top)


def shrunk_cosine(together: Floats) -> Floats:
    """Return the cosines of counts of common baskets, zero on the diagonal."""
    roots = np.sqrt(np.diag(together))
    cosine = together / (np.outer(roots, roots) + SHRINK)
    np.fill_diagonal(cosine, 0)
    return np.asarray(cosine)


def popular_by_category(
    numbered: Numbered, categories: Mapping[str, str], recipe: Recipe, *, top: int
) -> DataFrame:
    """Return (category, rank, item_id, score): each category's items by faded interest."""
    spark = numbered.histories.sparkSession
    rows = [
        (number, item_id, categories[item_id])
        for number, item_id in enumerate(numbered.item_ids)
        if item_id in categories
    ]
    items = spark.createDataFrame(rows, "item int, item_id string, category string")
    interest = faded(f.col("weight"), f.col("day"), numbered.today, recipe.half_life_days)
    best = Window.partitionBy("category").orderBy(f.desc("score"), "item_id")
    return (
        numbered.histories.select(f.inline("events"))
        .groupBy("item")
        .agg(f.sum(interest).alias("score"))
        .join(f.broadcast(items), "item")
        .withColumn("rank", f.row_number().over(best))
        .where(f.col("rank") <= top)
        .select("category", "rank", "item_id", "score")
    )


def _strongest(weights: np.ndarray, item_ids: list[str], top: int) -> Iterator[Related]:
    for number, row in enumerate(weights):
        best = np.lexsort((np.arange(len(row)), -row))[:top]
        for rank, other in enumerate(best[row[best] > 0], start=1):
            yield Related(item_ids[number], rank, item_ids[other], float(row[other]))


def _rare(trained: Trained, neighbours: DataFrame, top: int) -> Iterator[Related]:
    item_ids = trained.numbered.item_ids
    best = Window.partitionBy("item").orderBy(f.desc("weight"), "other")
    rows = (
        neighbours.where(f.col("item") >= len(trained.blend.ease))
        .withColumn("rank", f.row_number().over(best))
        .where(f.col("rank") <= top)
        .orderBy("item", "rank")
    )
    for row in rows.toLocalIterator():
        yield Related(item_ids[row["item"]], row["rank"], item_ids[row.other], row.weight)
