"""What shoppers did, from the event lake: (user_id, item_id, day, weight, bought, occurred_at).

A user is "c" and the customer's id, or "v" and the visitor's; an item is a product's id.
"""

from collections.abc import Mapping
from datetime import datetime

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

LINE = "struct<sku: string, product_id: bigint>"
SCHEMA = (
    "event_id string, occurred_at timestamp, visitor string, customer_id bigint, sku string, "
    "product_id bigint, action string, order_number string, outcome string, "
    f"lines array<{LINE}>, kind string, day date"
)
PURCHASE = 1.0
# In the proportions of popularity.WEIGHTS.
LOOKS: Mapping[str, float] = {"cart": 0.25, "wishlist": 0.15, "view": 0.05, "click": 0.025}
SIGN_IN = "sign-in"
PAID = "confirmed"
UNDONE = ("cancelled", "returned")
CUSTOMER, VISITOR = "c", "v"


def read_events(
    spark: SparkSession, lake: str, catalogue: DataFrame, *, until: datetime
) -> DataFrame:
    """Return what happened before `until`, one row a user, item and day.

    Columns and kinds that an older lake does not have are taken for empty.
    """
    events = (
        spark.read.schema(SCHEMA)
        .parquet(lake)
        .where(
            f.col("kind").isin("order", SIGN_IN, *LOOKS) & (f.col("day") <= f.lit(until.date()))
        )
        .where(f.col("occurred_at") < f.lit(until))
        .dropDuplicates(["event_id"])
    )
    items = catalogue.select("sku", f.col("product_id").alias("catalogued"))
    # Old SKUs are not in the catalogue any more; their events may still name the product.
    item_id = f.coalesce("catalogued", "product_id").cast("string")
    return (
        _looks(events)
        .unionByName(_purchases(events))
        .join(_owners(events), "visitor", "left")
        .join(items, "sku", "left")
        .select(
            _user_id().alias("user_id"),
            item_id.alias("item_id"),
            f.unix_date(f.to_date("occurred_at")).alias("day"),
            "occurred_at",
            "weight",
            "bought",
        )
        .where(f.col("user_id").isNotNull() & f.col("item_id").isNotNull())
        .groupBy("user_id", "item_id", "day")
        .agg(
            f.max("weight").alias("weight"),
            f.bool_or("bought").alias("bought"),
            f.max("occurred_at").alias("occurred_at"),
        )
    )


def _looks(events: DataFrame) -> DataFrame:
    """Return what shows interest but is no purchase."""
    weights = f.create_map(*[f.lit(value) for pair in LOOKS.items() for value in pair])
    taken_out = f.coalesce(f.col("action"), f.lit("")) == "remove"
    return events.where(f.col("kind").isin(*LOOKS) & ~taken_out).select(
        "visitor",
        "customer_id",
        "sku",
        "product_id",
        "occurred_at",
        weights[f.col("kind")].alias("weight"),
        f.lit(False).alias("bought"),  # noqa: FBT003
    )


def _purchases(events: DataFrame) -> DataFrame:
    """Return the lines of the orders that were paid for and not undone."""
    orders = events.where(f.col("kind") == "order")
    undone = orders.where(f.col("outcome").isin(*UNDONE)).select("order_number")
    return (
        orders.where(f.col("outcome") == PAID)
        .join(undone, "order_number", "left_anti")
        .select("visitor", "customer_id", "occurred_at", f.explode("lines").alias("line"))
        .select(
            "visitor",
            "customer_id",
            "line.sku",
            "line.product_id",
            "occurred_at",
            f.lit(PURCHASE).alias("weight"),
            f.lit(True).alias("bought"),  # noqa: FBT003
        )
    )


def _owners(events: DataFrame) -> DataFrame:
    """Return (visitor, owner, signed_in_at): who signed in first in that browser, and when."""
    return (
        events.where(f.col("kind") == SIGN_IN)
        .groupBy("visitor")
        .agg(
            f.min_by("customer_id", f.struct("occurred_at", "customer_id")).alias("owner"),
            f.min("occurred_at").alias("signed_in_at"),
        )
    )


def _user_id() -> Column:
    """Return whose event it is; what one did before signing in is the customer's too."""
    # After that the browser has another id; what still comes under this one may be anybody's.
    was_before = f.col("occurred_at") <= f.col("signed_in_at")
    return f.coalesce(
        f.concat(f.lit(CUSTOMER), f.coalesce("customer_id", f.when(was_before, f.col("owner")))),
        f.concat(f.lit(VISITOR), f.col("visitor")),
    )
