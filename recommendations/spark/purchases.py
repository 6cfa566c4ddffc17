"""Reading interactions and giving users and items numbers."""

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from py4j.protocol import Py4JJavaError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f
from pyspark.sql.types import LongType, NumericType, TimestampNTZType, TimestampType

from recommendations.spark.errors import BadPurchases, told_by
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import Floats, faded

REQUIRED = ("user_id", "item_id", "ts")
SECONDS_PER_DAY = 86_400
NANOSECONDS = 1_000_000_000
ROW_BITS = (1 << 33) - 1


@dataclass(frozen=True)
class Numbered:
    """Interactions by user and item number; item 0 is the most popular one.

    `histories` has one row a user: (user_id, user, events), events by day, each
    (day, item, weight, bought). `item_ids` are the ids by number, `popularity` is how
    much faded interest each has found.
    """

    histories: DataFrame
    item_ids: list[str]
    popularity: Floats
    today: int


def read_purchases(spark: SparkSession, location: str) -> DataFrame:
    """Return (user_id, item_id, day, weight, bought), one row a user, item and day.

    Of the columns of the file, `weight` and `bought` may be missing: all are purchases then.

    :raises BadPurchases: when the file cannot be read, has no rows or lacks a column
    """
    if "://" not in location and not Path(location).exists():
        raise BadPurchases(f"{location}: there is no such file")
    try:
        rows = spark.read.parquet(location)
        missing = [name for name in REQUIRED if name not in rows.columns]
        if missing:
            raise BadPurchases(f"{location}: has no column {', '.join(missing)}")
        purchases = _daily(rows, _day(rows, location)).persist(StorageLevel.DISK_ONLY)
        if purchases.isEmpty():
            raise BadPurchases(f"{location}: has no interactions")
    except (PySparkException, Py4JJavaError) as error:
        reason = told_by(error)
        raise BadPurchases(f"{location}: cannot be read as Parquet: {reason}") from error
    return purchases


def _day(rows: DataFrame, location: str) -> Column:
    """Return the day of the time `ts`, counted from 1970."""
    kind = rows.schema["ts"].dataType
    if isinstance(kind, LongType):
        return f.floor(f.col("ts") / (NANOSECONDS * SECONDS_PER_DAY)).cast("int")
    if isinstance(kind, TimestampType | TimestampNTZType):
        return f.unix_date(f.to_date("ts"))
    raise BadPurchases(f"{location}: ts must be a time, not {kind.simpleString()}")


def _daily(rows: DataFrame, day: Column) -> DataFrame:
    has_weight = isinstance(
        rows.schema["weight"].dataType if "weight" in rows.columns else None, NumericType
    )
    weight = f.col("weight").cast("double") if has_weight else f.lit(1.0)
    bought = f.col("bought") if "bought" in rows.columns else f.lit(True)  # noqa: FBT003
    return (
        rows.where(f.col("user_id").isNotNull() & f.col("item_id").isNotNull())
        .select(
            "user_id",
            f.col("item_id").cast("string").alias("item_id"),
            day.alias("day"),
            weight.alias("weight"),
            bought.cast("boolean").alias("bought"),
        )
        .where((f.col("weight") > 0) & f.col("day").isNotNull())
        .groupBy("user_id", "item_id", "day")
        .agg(f.max("weight").alias("weight"), f.bool_or("bought").alias("bought"))
    )


def number(purchases: DataFrame, recipe: Recipe) -> Numbered:
    """Return each user's most recent events, users and items by number."""
    spark = purchases.sparkSession
    newest = purchases.agg(f.max("day")).collect()
    today = int(newest[0][0])
    item_ids, popularity = _popular_first(purchases, recipe, today)
    items = spark.createDataFrame(list(enumerate(item_ids)), "item int, item_id string")
    order = Window.partitionBy("user_id").orderBy(f.desc("day"), "item")
    histories = (
        purchases.join(f.broadcast(items), "item_id")
        .withColumn("recency", f.row_number().over(order))
        .where(f.col("recency") <= recipe.events_per_user)
        .groupBy("user_id")
        .agg(f.array_sort(f.collect_list(f.struct("day", "item", "weight", "bought"))))
        .toDF("user_id", "events")
    )
    users = _number_users(purchases.select("user_id").distinct())
    return Numbered(histories.join(users, "user_id"), item_ids, popularity, today)


def _popular_first(purchases: DataFrame, recipe: Recipe, today: int) -> tuple[list[str], Floats]:
    rows = (
        purchases.groupBy("item_id")
        .agg(f.sum(faded(f.col("weight"), f.col("day"), today, recipe.half_life_days)))
        .toDF("item_id", "interest")
        .orderBy(f.desc("interest"), "item_id")
        .limit(recipe.catalogue_limit)
        .collect()
    )
    return [row.item_id for row in rows], np.array([row.interest for row in rows])


def _number_users(users: DataFrame) -> DataFrame:
    """Add `user`, in order of the ids: a number that fits the 32 bits which ALS allows."""
    placed = users.sort("user_id").select(
        "user_id",
        f.spark_partition_id().alias("part"),
        # Counts from 0 in each partition, whose number is in the bits above.
        f.monotonically_increasing_id().bitwiseAND(ROW_BITS).alias("place"),
    )
    placed = placed.persist(StorageLevel.DISK_ONLY)
    counts = {row.part: row["count"] for row in placed.groupBy("part").count().collect()}
    ends = accumulate(counts.get(part, 0) for part in range(max(counts)))
    starts = f.array(*map(f.lit, [0, *ends]))
    user = (f.col("place") + f.get(starts, f.col("part"))).cast("int")
    return placed.select("user_id", user.alias("user"))
