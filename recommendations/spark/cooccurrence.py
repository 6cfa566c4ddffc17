"""Items outside the matrices: their nearest neighbours by how often both interest a customer."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import faded

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
    pairs = (
        interests.join(others, "user")
        .where(f.col("item") != f.col("other"))
        .where((f.col("item") >= size) | (f.col("other") >= size))
        .groupBy("item", "other")
        .agg(f.sum(f.col("interest") * f.col("other_interest")).alias("both"))
    )
    nearest = Window.partitionBy("item").orderBy(f.desc("weight"), "other")
    return (
        pairs.join(squares, "item")
        .withColumn("weight", f.col("both") / (f.col("square") + recipe.ease_ridge))
        .withColumn("place", f.row_number().over(nearest))
        .where(f.col("place") <= recipe.neighbours)
        .select("item", "other", "weight")
    )


def rare_scores(
    histories: DataFrame, neighbours: DataFrame, *, today: int, recipe: Recipe
) -> DataFrame:
    """Return (user, scores), scores an array of (item, score) of what the neighbours suggest.

    An item gets the strongest suggestion, not the sum: neighbours of a rare item are alike.
    """
    interest = faded(f.col("weight"), f.col("day"), today, recipe.half_life_days)
    best = Window.partitionBy("user").orderBy(f.desc("score"), "item")
    return (
        histories.select("user", f.inline("events"))
        .select("user", f.col("item").alias("known"), interest.alias("interest"))
        .join(neighbours.toDF("known", "item", "strength"), "known")
        .groupBy("user", "item")
        .agg(f.max(f.col("interest") * f.col("strength")).alias("score"))
        .withColumn("place", f.row_number().over(best))
        .where(f.col("place") <= recipe.neighbours)
        .groupBy("user")
        .agg(f.array_sort(f.collect_list(f.struct("item", "score"))).alias("scores"))
    )
