"""How good the lists would have been: the last days with purchases are held out.

Judged is what customers bought in those days for the first time. The model and popularity both
leave out what the customer had bought before. One never seen before gets the popular list of both,
which says nothing of the model: such shoppers are told apart and not judged by.
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
from recommendations.spark.history import read_history
from recommendations.spark.metrics import NDCG_DEPTH, RECALL_DEPTH, ndcg, recall
from recommendations.spark.nightly.catalogue import number_products, published_paths
from recommendations.spark.nightly.customers import Lister
from recommendations.spark.nightly.segments import UNKNOWN, segments_of
from recommendations.spark.pipeline import prepare, to_rank, train
from recommendations.spark.recipe import Mode, Recipe

HELD_OUT_DAYS = 7
EPOCH = date(1970, 1, 1)
DIGITS = 6  # sums of floats differ in the last digits with the order of the addends
RANKERS = ("model", "popularity")
MEASURES = ("ndcg", "recall")
KNOWN = ""  # the segment of all that are judged by
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
        wanted = set(customer.wanted)
        if not customer.events:
            both = _judged(self._popular(set()), wanted)
            return [UNKNOWN], both, both
        bought = [(event.day, event.item) for event in customer.events if event.bought]
        history = read_history([tuple(event) for event in customer.events])
        factors = customer.factors and np.array(customer.factors, dtype=np.float32)
        items, _ = self.lister.ranked(history, factors)
        model = self.lister.products.ids[items[:RECALL_DEPTH]].tolist()
        segments = [KNOWN, *segments_of({day for day, _ in bought}, today=self.cut)]
        popular = self._popular({item for _, item in bought})
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
    judged.persist(StorageLevel.DISK_ONLY)
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
    """Return (user_id, wanted): what each shopper bought for the first time since.

    Guests too, whom the same model serves: a small shop has few other buyers in a week.
    """
    bought = events.where("bought")
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
    """Return the figures of all with a history and those of each segment; nothing without any."""
    rows = judged.select(f.explode("segments").alias("segment"), *RANKERS)
    figures = [column for name in RANKERS for column in _figures(name)]
    figures += [_spread(measure).alias(f"{measure}_spread") for measure in MEASURES]
    found = rows.groupBy("segment").agg(f.count("*").alias("customers"), *figures).collect()
    by_segment = {
        row.segment: {"customers": row.customers}
        | {name: _rounded(row, name, listed) for name in RANKERS}
        for row in sorted(found, key=lambda row: str(row.segment))
    }
    if KNOWN not in by_segment:
        return {}
    known = next(row for row in found if row.segment == KNOWN)
    spread = {name: round(known[f"{name}_spread"] or 0.0, DIGITS) for name in MEASURES}
    return by_segment.pop(KNOWN) | {"spread": spread, "segments": by_segment}


def _figures(name: str) -> list[Column]:
    return [
        f.avg(f"{name}.ndcg").alias(f"{name}_ndcg"),
        f.avg(f"{name}.recall").alias(f"{name}_recall"),
        f.size(f.array_distinct(f.flatten(f.collect_set(f"{name}.shown")))).alias(f"{name}_shown"),
    ]


def _spread(measure: str) -> Column:
    """Return how far shoppers are apart in the lift, as a part of it.

    By the delta method: to first order the ratio of two means varies as the mean of each
    shopper's model / mean(model) - popularity / mean(popularity), of which this is the standard
    deviation. Null where a mean is 0.
    """
    model, popular = (f.col(f"{name}.{measure}") for name in RANKERS)
    means = f.nullif(f.avg(model), f.lit(0.0)), f.nullif(f.avg(popular), f.lit(0.0))
    variance = (
        f.var_pop(model) / means[0] ** 2
        + f.var_pop(popular) / means[1] ** 2
        - 2 * f.covar_pop(model, popular) / (means[0] * means[1])
    )
    return f.sqrt(f.greatest(variance, f.lit(0.0)))


def _rounded(row: Row, name: str, listed: int) -> dict[str, float]:
    return {
        "ndcg": round(row[f"{name}_ndcg"], DIGITS),
        "recall": round(row[f"{name}_recall"], DIGITS),
        "coverage": round(row[f"{name}_shown"] / listed, DIGITS),
    }
