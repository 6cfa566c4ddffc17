"""Items outside the matrices: their nearest neighbours by how often both interest a customer."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import Floats, Numbers, faded

MOST_ITEMS_PER_USER = 200


def rare_neighbours(histories: DataFrame, *, size: int, today: int, recipe: Recipe) -> DataFrame:
    """Return (item, other, weight) where item or other is not among the first `size` items.

    The weight is G[item, other] / (G[item, item] + ridge): the regression of one item on one
    other, thus in the unit of the EASE weights. Each item keeps its strongest neighbours.
    """
    interest = faded(f.col("weight"), f.col("day"), today, recipe.half_life_days)
    recent = Window.partitionBy("user").orderBy(f.desc("interest"), "item")
    interests = (
        histories.select("user", f.inline("events"))
        .groupBy("user", "item")
        .agg(f.max(interest).alias("interest"))
        .where("interest > 0")
        .withColumn("place", f.row_number().over(recent))
        .where(f.col("place") <= MOST_ITEMS_PER_USER)
        .drop("place")
    )
    squares = interests.groupBy("item").agg(
        f.sum(f.col("interest") * f.col("interest")).alias("square")
    )
    others = interests.toDF("user", "other", "other_interest")
    of_rare = (
        interests.where(f.col("item") >= size)
        .join(others, "user")
        .where(f.col("item") != f.col("other"))
        .groupBy("item", "other")
        .agg(f.sum(f.col("interest") * f.col("other_interest")).alias("both"))
    )
    # Those of the others are the same pairs, seen from the other side.
    of_others = of_rare.where(f.col("other") < size)
    pairs = of_rare.unionByName(of_others.toDF("other", "item", "both"))
    nearest = Window.partitionBy("item").orderBy(f.desc("weight"), "other")
    return (
        pairs.join(squares, "item")
        .withColumn("weight", f.col("both") / (f.col("square") + recipe.ease_ridge))
        .withColumn("place", f.row_number().over(nearest))
        .where(f.col("place") <= recipe.neighbours)
        .select("item", "other", "weight")
    )


@dataclass(frozen=True)
class Neighbours:
    """The neighbours of all items in arrays, those of an item side by side from its start on."""

    starts: Numbers
    others: NDArray[np.int32]
    weights: Floats

    @classmethod
    def read(cls, table: pa.Table, *, items: int) -> Self:
        """Make them of (item, other, weight) of so many items."""
        table = table.sort_by([("item", "ascending"), ("other", "ascending")])
        counts = np.bincount(table["item"].to_numpy(), minlength=items)
        return cls(
            starts=np.concatenate([[0], np.cumsum(counts)]),
            others=table["other"].to_numpy(),
            weights=table["weight"].to_numpy(),
        )

    def suggest(self, items: Numbers, interests: Floats, *, most: int) -> tuple[Numbers, Floats]:
        """Return the items suggested most strongly by those of interest, by number, and scores.

        An item gets the strongest suggestion, not the sum: neighbours of a rare item are alike.
        """
        counts = self.starts[items + 1] - self.starts[items]
        ends = np.cumsum(counts)
        at = np.arange(counts.sum()) + np.repeat(self.starts[items] - ends + counts, counts)
        strongest = np.zeros(len(self.starts) - 1)
        np.maximum.at(strongest, self.others[at], np.repeat(interests, counts) * self.weights[at])
        suggested = np.flatnonzero(strongest)
        scores = strongest[suggested]
        best = np.sort(np.argsort(-scores, kind="stable")[:most])
        return suggested[best], scores[best]
