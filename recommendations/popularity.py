"""How popular products are: what shoppers did lately, weighed by what it says and how old it is.

A shopper counts once a day for each thing done with a product: nobody clicks one to the top.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from recommendations.lake import EventLake, Partition

HALF_LIFE_DAYS = 14
WINDOW = timedelta(days=90)
WEIGHTS: Mapping[str, float] = {"click": 0.5, "view": 1, "wishlist": 3, "cart": 5}
# A purchase counts when it is paid for, and no longer when it came back.
OUTCOME_WEIGHTS: Mapping[str, float] = {"confirmed": 20, "cancelled": -20, "returned": -20}

ALL = ""


def count_scores(lake: EventLake, *, today: date) -> dict[str, float]:
    """Return a score for each SKU of which something was done within the window."""
    scores: dict[str, float] = defaultdict(float)
    for partition in lake.partitions(since=today - WINDOW):
        fading = 0.5 ** (max((today - partition.day).days, 0) / HALF_LIFE_DAYS)
        for sku, points in _points(lake, partition):
            scores[sku] += points * fading
    return dict(scores)


def rank_by_category(
    scores: Mapping[int, float], categories: Mapping[int, Iterable[str]], *, length: int
) -> dict[str, list[tuple[int, float]]]:
    """Return the best products of each category and of the whole shop (the empty path).

    A product counts in its category and in all above it; `categories` has their paths.
    """
    lists: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for product_id, score in scores.items():
        if score > 0 and product_id in categories:
            for path in {ALL, *categories[product_id]}:
                lists[path].append((product_id, score))
    return {
        path: sorted(entries, key=lambda entry: (-entry[1], entry[0]))[:length]
        for path, entries in lists.items()
    }


def _points(lake: EventLake, partition: Partition) -> Iterator[tuple[str, float]]:
    if partition.kind == "order":
        yield from _order_points(lake.read(partition, columns=["outcome", "lines"]))
    elif partition.kind in WEIGHTS:
        table = lake.read(partition, columns=["sku", "visitor", "action"])
        yield from _shopper_points(table, weight=WEIGHTS[partition.kind])


def _shopper_points(table: pa.Table, *, weight: float) -> Iterator[tuple[str, float]]:
    is_removal = pc.equal(table["action"], "remove")
    kept = table.filter(pc.invert(pc.fill_null(is_removal, fill_value=False)))
    shoppers = kept.group_by(["sku", "visitor"]).aggregate([])
    counted = shoppers.group_by("sku").aggregate([([], "count_all")])
    for row in counted.to_pylist():
        yield row["sku"], weight * row["count_all"]


def _order_points(table: pa.Table) -> Iterator[tuple[str, float]]:
    for row in table.to_pylist():
        weight = OUTCOME_WEIGHTS.get(row["outcome"], 0)
        for line in row["lines"] or ():
            # How many of it one order took says little about how many people want it.
            yield line["sku"], weight
