"""Matrix factorization of implicit feedback by Spark's ALS."""

import math
from dataclasses import dataclass

import numpy as np
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from recommendations.spark.linear import Weights
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import faded

EVENTS_PER_BLOCK = 2_000_000


@dataclass(frozen=True)
class Factors:
    """A vector for each user, (user, factors), and one for each of the top items."""

    users: DataFrame
    items: Weights


def factorize(histories: DataFrame, *, size: int, today: int, recipe: Recipe) -> Factors:
    """Return the factors of the users and of the first `size` items.

    Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", 2008.
    """
    interest = faded(f.col("weight"), f.col("day"), today, recipe.als_half_life_days)
    ratings = (
        histories.select("user", f.inline("events"))
        .groupBy("user", "item")
        .agg(f.max(interest).alias("rating"))
        .where((f.col("rating") > 0) & (f.col("item") < size))
        # The seed decides the first factors by row, so rows need an order.
        .repartition("user")
        .sortWithinPartitions("user", "item")
    )
    blocks = _blocks_for(histories)
    model = ALS(
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        userCol="user",
        itemCol="item",
        ratingCol="rating",
        implicitPrefs=True,
        rank=recipe.als_rank,
        alpha=recipe.als_alpha,
        regParam=recipe.als_ridge,
        maxIter=recipe.als_iterations,
        seed=recipe.seed,
    ).fit(ratings)
    items = np.zeros((size, recipe.als_rank), dtype=np.float32)
    for row in model.itemFactors.toLocalIterator():
        items[row.id] = row.features
    return Factors(users=model.userFactors.toDF("user", "factors"), items=items)


def _blocks_for(histories: DataFrame) -> int:
    """Return into how many blocks to divide users and items.

    A task holds a block or two. Ten, the default, are far more tasks than two cores have work
    for where there are few events.
    """
    events = int(histories.agg(f.sum(f.size("events"))).collect()[0][0])
    cores = histories.sparkSession.sparkContext.defaultParallelism
    return max(4, cores, math.ceil(events / EVENTS_PER_BLOCK))
