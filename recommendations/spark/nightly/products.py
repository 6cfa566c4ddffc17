"""The lists of each product and of each category."""

import numpy as np
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

from recommendations.spark.checkpoints import Keeper
from recommendations.spark.lists import bought_together, similar_items
from recommendations.spark.nightly.catalogue import Products
from recommendations.spark.pipeline import Trained
from recommendations.spark.purchases import Numbered

SIMILAR = 30
TOGETHER = 12
POPULAR = 60
NOTHING = "cast(array() as array<bigint>)"


def product_lists(trained: Trained, products: Products, keeper: Keeper) -> DataFrame:
    """Return (product_id, similar, together) of every product that has either."""
    listed = products.listed
    similar = similar_items(trained, top=SIMILAR, listed=listed)
    together = bought_together(
        trained.numbered, trained.blend.recipe, top=TOGETHER, listed=listed, keeper=keeper
    )
    both = _with_ids(similar, products, "similar").join(
        _with_ids(together, products, "together"), "product_id", "full"
    )
    return both.select(
        "product_id",
        f.coalesce("similar", f.expr(NOTHING)).alias("similar"),
        f.coalesce("together", f.expr(NOTHING)).alias("together"),
    )


def category_lists(numbered: Numbered, products: Products, paths: DataFrame) -> DataFrame:
    """Return (path, products): what finds the most interest, faded, in each category."""
    spark = paths.sparkSession
    # Items are numbered by interest, so a number is a rank.
    of_interest = np.flatnonzero(numbered.popularity > 0)
    rows = [(int(products.ids[item]), int(item)) for item in of_interest]
    best = Window.partitionBy("path").orderBy("item")
    return (
        paths.join(spark.createDataFrame(rows, "product_id bigint, item int"), "product_id")
        .withColumn("place", f.row_number().over(best))
        .where(f.col("place") <= POPULAR)
        .groupBy("path")
        .agg(f.array_sort(f.collect_list(f.struct("place", "product_id"))).alias("best"))
        .select("path", f.col("best.product_id").alias("products"))
    )


def _with_ids(lists: DataFrame, products: Products, name: str) -> DataFrame:
    """Return (product_id, <name>) with ids for numbers."""
    spark = lists.sparkSession
    rows = [(int(item), int(products.ids[item])) for item in np.flatnonzero(products.listed)]
    ids = f.broadcast(spark.createDataFrame(rows, "item int, product_id bigint"))
    return (
        lists.join(ids, "item")
        .select("product_id", f.posexplode("others").alias("place", "item"))
        .join(ids.toDF("item", "other_id"), "item")
        .groupBy("product_id")
        .agg(f.array_sort(f.collect_list(f.struct("place", "other_id"))).alias("best"))
        .select("product_id", f.col("best.other_id").alias(name))
    )
