"""The lists of each customer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from recommendations.spark.history import History, habits
from recommendations.spark.linear import Weights
from recommendations.spark.nightly.catalogue import Products
from recommendations.spark.nightly.events import CUSTOMER
from recommendations.spark.pipeline import Trained, read_customers, to_rank
from recommendations.spark.scoring import Blend
from recommendations.spark.weights import Floats, Numbers

FOR_YOU = 60
IN_CATEGORY = 20
OFTEN = 2  # bought on as many days, a product is bought again
SCHEMA = (
    "customer_id bigint, for_you array<bigint>, "
    "categories array<struct<path: string, products: array<bigint>>>, "
    "buy_again array<bigint>, bought array<bigint>"
)
_IDS = pa.list_(pa.int64())
ARROW_SCHEMA = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("for_you", _IDS),
        ("categories", pa.list_(pa.struct([("path", pa.string()), ("products", _IDS)]))),
        ("buy_again", _IDS),
        ("bought", _IDS),
    ]
)
ByCategory = list[dict[str, str | list[int]]]
Lists = tuple[int, list[int], ByCategory, list[int], list[int]]


@dataclass(frozen=True)
class Lister:
    """Makes a customer's lists; sent to the workers."""

    blend: Blend
    products: Products

    def ranked(self, history: History, factors: Weights | None) -> tuple[Numbers, Floats]:
        """Return the products new to the customer that may be listed, best first, and scores."""
        items, scores = self.blend.order(history, factors)
        is_listed = self.products.listed[items]
        return items[is_listed], scores[is_listed]

    def lists(self, user_id: str, history: History, factors: Weights | None) -> Lists:
        """Return the customer's row."""
        items, scores = self.ranked(history, factors)
        return (
            int(user_id.removeprefix(CUSTOMER)),
            self._ids(items[:FOR_YOU]),
            self._by_category(items[scores > 0]),
            self._ids(self._habitual(history)),
            self._ids(_bought(history)),
        )

    def _by_category(self, items: Numbers) -> ByCategory:
        cut = (
            (path, self._ids(items[is_inside[items]][:IN_CATEGORY]))
            for path, is_inside in self.products.roots.items()
        )
        return [{"path": path, "products": ids} for path, ids in cut if ids]

    def _habitual(self, history: History) -> Numbers:
        """Return what is bought again and again, the strongest habit first."""
        days = np.bincount(history.at[history.bought], minlength=len(history.items))
        strength = habits(history, half_life=self.blend.recipe.habit_half_life_days)
        is_habit = (days >= OFTEN) & self.products.listed[history.items]
        order = np.lexsort((history.items, -strength))
        return history.items[order[is_habit[order]]]

    def _ids(self, items: Numbers) -> list[int]:
        ids: list[int] = self.products.ids[items].tolist()
        return ids


def customer_lists(trained: Trained, products: Products) -> DataFrame:
    """Return the lists of every customer; guests have none."""
    customers = to_rank(trained).where(f.col("user_id").startswith(CUSTOMER))
    context = customers.sparkSession.sparkContext
    shared = context.broadcast(Lister(trained.blend, products))
    return customers.mapInArrow(partial(_list, shared=shared), SCHEMA)


def _list(
    batches: Iterable[pa.RecordBatch], *, shared: Broadcast[Lister]
) -> Iterator[pa.RecordBatch]:
    lister = shared.value
    for batch in batches:
        user_ids = batch.column("user_id").to_pylist()
        customers = zip(user_ids, read_customers(batch), strict=True)
        rows = [lister.lists(user_id, *customer) for user_id, customer in customers]
        yield pa.RecordBatch.from_pylist(
            [dict(zip(ARROW_SCHEMA.names, row, strict=True)) for row in rows], schema=ARROW_SCHEMA
        )


def _bought(history: History) -> Numbers:
    """Return all that was ever bought, the latest first."""
    last = np.full(len(history.items), -1)
    np.maximum.at(last, history.at[history.bought], history.days[history.bought])
    order = np.lexsort((history.items, -last))
    return history.items[order[last[order] >= 0]]
