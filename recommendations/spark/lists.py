"""Lists that no single customer is needed for: similar items and what is bought together.

Rows are (item, others), numbers all; only items that are `listed` are in them, on either side.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as f

from recommendations.spark.checkpoints import Checkpoints, Keeper
from recommendations.spark.matrices import Sum, sum_matrices
from recommendations.spark.pipeline import Trained
from recommendations.spark.purchases import Numbered
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import Floats

# Two baskets in common may be chance; the square root's growth is slowed by this many more.
SHRINK = 5.0
SCHEMA = "item int, others array<int>"
Listed = NDArray[np.bool_]


def similar_items(trained: Trained, *, top: int, listed: Listed) -> DataFrame:
    """Return for each item those it speaks for most: EASE weights, for rare ones co-occurrence."""
    spark = trained.numbered.histories.sparkSession
    similar = _strongest(spark, trained.blend.ease, top, listed)
    if trained.neighbours is None:
        return similar
    return similar.unionByName(_rare(trained, trained.neighbours, top, listed))


def bought_together(
    numbered: Numbered, recipe: Recipe, *, top: int, listed: Listed, keeper: Keeper | None = None
) -> DataFrame:
    """Return for each of the top items those often in a basket with it, by shrunk cosine.

    both / (sqrt(baskets of one * baskets of the other) + shrink)
    """
    size = min(len(numbered.item_ids), recipe.matrix_items)

    def cosine() -> dict[str, NDArray[np.float32]]:
        sums = sum_matrices(
            numbered.histories, [Sum.BASKETS], size=size, today=numbered.today, recipe=recipe
        )
        return {"cosine": shrunk_cosine(sums[Sum.BASKETS]).astype(np.float32)}

    together = (keeper or Checkpoints(None)).arrays("together", cosine)["cosine"]
    return _strongest(numbered.histories.sparkSession, together, top, listed)


def shrunk_cosine(together: Floats) -> Floats:
    """Return the cosines of counts of common baskets, zero on the diagonal."""
    roots = np.sqrt(np.diag(together))
    cosine = together / (np.outer(roots, roots) + SHRINK)
    np.fill_diagonal(cosine, 0)
    return np.asarray(cosine)


def _strongest(
    spark: SparkSession, weights: NDArray[np.float32], top: int, listed: Listed
) -> DataFrame:
    """Return the largest weights of each row; few numbers, so the driver may hold them."""
    return spark.createDataFrame(list(_strongest_of_each(weights, top, listed)), SCHEMA)


def _strongest_of_each(
    weights: NDArray[np.float32], top: int, listed: Listed
) -> Iterator[tuple[int, list[int]]]:
    others = np.flatnonzero(listed[: len(weights)])
    for item in others:
        row = weights[item, others]
        best = np.lexsort((others, -row))[:top]
        if len(found := others[best[row[best] > 0]]):
            yield int(item), found.tolist()


def _rare(trained: Trained, neighbours: DataFrame, top: int, listed: Listed) -> DataFrame:
    """Return the same for items outside the matrices, which may be very many."""
    spark = neighbours.sparkSession
    numbers = [(int(item),) for item in np.flatnonzero(listed)]
    items = f.broadcast(spark.createDataFrame(numbers, "item int"))
    best = Window.partitionBy("item").orderBy(f.desc("weight"), "other")
    return (
        neighbours.where(f.col("item") >= len(trained.blend.ease))
        .join(items, "item", "left_semi")
        .join(items.withColumnRenamed("item", "other"), "other", "left_semi")
        .withColumn("place", f.row_number().over(best))
        .where(f.col("place") <= top)
        .groupBy("item")
        .agg(f.array_sort(f.collect_list(f.struct("place", "other"))).alias("best"))
        .select("item", f.col("best.other").alias("others"))
    )
