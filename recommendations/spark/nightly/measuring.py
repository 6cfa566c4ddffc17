"""How good the lists would have been: the last days with purchases are held out.

Judged is what customers bought in those days for the first time. The model and popularity both
leave out what the customer had bought before; one never seen before gets the popular list of both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
from pyspark import Broadcast, StorageLevel
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f

from recommendations.spark.checkpoints import Keeper
from recommendations.spark.metrics import NDCG_DEPTH, RECALL_DEPTH, ndcg, recall
from recommendations.spark.nightly.catalogue import number_products, published_paths
from recommendations.spark.nightly.customers import Lister
from recommendations.spark.nightly.events import CUSTOMER
from recommendations.spark.nightly.segments import segments_of
from recommendations.spark.pipeline import prepare, to_rank, train
from recommendations.spark.recipe import Mode, Recipe

HELD_OUT_DAYS = 7
EPOCH = date(1970, 1, 1)
DIGITS = 6  # sums of floats differ in the last digits with the order of the addends
RANKERS = ("model", "popularity")
SCHEMA = "segments array<string>, " + ", ".join(
    f"{name} struct<ndcg: double, recall: double, shown: array<bigint>>" for name in RANKERS
)
Judged = tuple[float, float, list[int]]


@dataclass(frozen=True)
class Judge:
    """Compares a customer's lists with what was bought; sent to the workers."""

    lister: Lister
    cut: int

    def judge(self, customer: Row) -> tuple[list[str], Judged, Judged]:
        """Return the customer's segments and how well each ranker did."""
        bought = [(event.day, event.item) for event in customer.events or () if event.bought]
        popular = self._popular({item for _, item in bought})
        model = popular
        if customer.events:
            items, _ = self.lister.ranked(customer)
            model = self.lister.products.ids[items[:RECALL_DEPTH]].tolist()
        days = {day for day, _ in bought}
        wanted = set(customer.wanted)
        segments = segments_of(days, today=self.cut)
        return segments, _judged(model, wanted), _judged(popular, wanted)

    def _popular(self, bought: set[int]) -> list[int]:
        """Return the most popular products, items being numbered by popularity."""
        products = self.lister.products
        first = np.flatnonzero(products.listed)[: RECALL_DEPTH + len(bought)]
        new = [item for item in first.tolist() if item not in bought]
        ids: list[int] = products.ids[new[:RECALL_DEPTH]].tolist()
        return ids


def measure_held_out(
    events: DataFrame, catalogue: DataFrame, recipe: Recipe, keeper: Keeper
) -> dict[str, Any] | None:
    """Return the measurements, or None while there is too little to measure."""
    cut = _cut(events)
    before = events.where(f.col("day") < cut)
    if before.where("bought").isEmpty():
        return None
    numbered = prepare(before, recipe)
    trained = train(numbered, recipe, Mode.NOVEL, keeper)
    judge = Judge(Lister(trained.blend, number_products(catalogue, numbered)), cut)
    customers = _wanted(events, catalogue, cut).join(to_rank(trained), "user_id", "left")
    shared = customers.sparkSession.sparkContext.broadcast(judge)
    rows = customers.rdd.mapPartitions(partial(_judge, shared=shared))
    judged = customers.sparkSession.createDataFrame(rows, SCHEMA, verifySchema=False)
    judged.persist(StorageLevel.MEMORY_AND_DISK)
    listed = published_paths(catalogue).select("product_id").distinct().count()
    metrics = _summary(judged, listed)
    judged.unpersist()
    numbered.histories.unpersist()
    if not metrics:
        return None
    day = (EPOCH + timedelta(days=cut)).isoformat()
    return {"held_out_days": HELD_OUT_DAYS, "cut": day, **metrics}


def _cut(events: DataFrame) -> int:
    """Return the first of the last days with purchases."""
    days = events.where("bought").select("day").distinct().orderBy(f.desc("day"))
    return int(days.limit(HELD_OUT_DAYS).agg(f.min("day")).collect()[0][0])


def _wanted(events: DataFrame, catalogue: DataFrame, cut: int) -> DataFrame:
    """Return (user_id, wanted): what customers bought for the first time since."""
    bought = events.where("bought").where(f.col("user_id").startswith(CUSTOMER))
    listed = published_paths(catalogue).select(f.col("product_id").cast("string").alias("item_id"))
    known = bought.where(f.col("day") < cut).select("user_id", "item_id")
    return (
        bought.where(f.col("day") >= cut)
        .join(listed.distinct(), "item_id", "left_semi")
        .join(known, ["user_id", "item_id"], "left_anti")
        .groupBy("user_id")
        .agg(f.collect_set(f.col("item_id").cast("bigint")).alias("wanted"))
    )


def _judge(
    customers: Iterable[Row], *, shared: Broadcast[Judge]
) -> Iterator[tuple[list[str], Judged, Judged]]:
    judge = shared.value
    for customer in customers:
        yield judge.judge(customer)


def _judged(ranked: Sequence[int], wanted: set[int]) -> Judged:
    return ndcg(ranked, wanted), recall(ranked, wanted), list(ranked[:NDCG_DEPTH])


def _summary(judged: DataFrame, listed: int) -> dict[str, Any]:
    """Return the figures of all customers and those of each segment; nothing if there is none."""
    everybody = f.lit("")
    segments = f.explode(f.array_append("segments", everybody))
    rows = judged.select(segments.alias("segment"), *RANKERS)
    figures = [column for name in RANKERS for column in _figures(name)]
    found = rows.groupBy("segment").agg(f.count("*").alias("customers"), *figures).collect()
    by_segment = {
        row.segment: {"customers": row.customers}
        | {name: _rounded(row, name, listed) for name in RANKERS}
        for row in sorted(found, key=lambda row: str(row.segment))
    }
    overall: dict[str, Any] = by_segment.pop("", {})
    return overall | {"segments": by_segment} if overall else {}


def _figures(name: str) -> list[Column]:
    return [
        f.avg(f"{name}.ndcg").alias(f"{name}_ndcg"),
        f.avg(f"{name}.recall").alias(f"{name}_recall"),
        f.size(f.array_distinct(f.flatten(f.collect_set(f"{name}.shown")))).alias(f"{name}_shown"),
    ]


def _rounded(row: Row, name: str, listed: int) -> dict[str, float]:
    return {
        "ndcg": round(row[f"{name}_ndcg"], DIGITS),
        "recall": round(row[f"{name}_recall"], DIGITS),
        "coverage": round(row[f"{name}_shown"] / listed, DIGITS),
    }
