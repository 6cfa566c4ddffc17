"""One customer's history as numbers: pure functions on small arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommendations.spark.weights import Floats, Numbers, fade, grained

# day, item, weight, bought
Event = tuple[int, int, float, bool]


@dataclass(frozen=True)
class History:
    """The events of one customer, by day; `items` are the distinct ones, `at` points into them."""

    days: Numbers
    items: Numbers
    at: Numbers
    weights: Floats
    bought: NDArray[np.bool_]

    @property
    def bought_items(self) -> Numbers:
        return np.unique(self.items[self.at[self.bought]])


@dataclass(frozen=True)
class Examples:
    """What was known before each basket but the first, and what that basket brought.

    Both have a row for each basket and a column for each of the history's items.
    """

    past: Floats
    baskets: Floats
    weights: Floats


def read_history(events: Sequence[Event], *, below: int | None = None) -> History:
    """Return the events as arrays, those of item numbers from `below` on left out."""
    days, items, weights, bought = zip(*events, strict=True) if events else ((), (), (), ())
    return _history(
        np.array(days, dtype=np.int64),
        np.array(items, dtype=np.int64),
        np.array(weights, dtype=np.float64),
        np.array(bought, dtype=np.bool_),
        below,
    )


def read_histories(events: pa.ListArray, *, below: int | None = None) -> Iterator[History]:
    """Yield the history in each element of the array, as `read_history`."""
    each = events.flatten()
    days, items = (each.field(name).to_numpy().astype(np.int64) for name in ("day", "item"))
    weights = each.field("weight").to_numpy()
    bought = each.field("bought").to_numpy(zero_copy_only=False)
    start = 0
    for length in pc.fill_null(pc.list_value_length(events), 0).to_pylist():
        part = slice(start, start + length)
        yield _history(days[part], items[part], weights[part], bought[part], below)
        start += length


def _history(
    days: Numbers,
    items: Numbers,
    weights: Floats,
    bought: NDArray[np.bool_],
    below: int | None,
) -> History:
    if below is not None:
        kept = items < below
        days, items, weights, bought = days[kept], items[kept], weights[kept], bought[kept]
    distinct, at = np.unique(items, return_inverse=True)
    return History(
        days=days, items=distinct, at=at.astype(np.int64), weights=weights, bought=bought
    )


def interests(history: History, *, today: int, half_life: float) -> Floats:
    """Return how much each item interests the customer: its strongest event, faded."""
    values = np.zeros(len(history.items))
    np.maximum.at(values, history.at, fade(history.weights, today - history.days, half_life))
    return values


def habits(history: History, *, half_life: float) -> Floats:
    """Return how habitually each item is bought: its days, faded, added up.

    Ages count from the customer's last day: a pause fades all habits alike.
    """
    values = np.zeros(len(history.items))
    if len(history.days):
        faded = fade(history.bought.astype(np.float64), history.days[-1] - history.days, half_life)
        np.add.at(values, history.at, faded)
    return values


def next_baskets(
    history: History, *, today: int, past_half_life: float, example_half_life: float
) -> Examples:
    """Return an example for each day with a purchase that has a past."""
    days, on = np.unique(history.days, return_inverse=True)
    shape = (len(days), len(history.items))
    seen, weights, baskets = np.full(shape, -1), np.zeros(shape), np.zeros(shape)
    seen[on, history.at] = on
    weights[on, history.at] = history.weights
    baskets[on[history.bought], history.at[history.bought]] = 1
    # On which day each item was last seen before that of the row.
    last = np.maximum.accumulate(seen, axis=0)[:-1]
    is_example = baskets[1:].any(axis=1)
    last, baskets, ends = last[is_example], baskets[1:][is_example], days[1:][is_example]
    ages = ends[:, np.newaxis] - days[last]
    strength = weights[last, np.arange(len(history.items))] * (last >= 0)
    past = strength * 0.5 ** (ages / past_half_life)
    past /= np.sqrt(np.maximum(past.sum(axis=1, keepdims=True), 1))
    return Examples(
        past=grained(past),
        baskets=baskets,
        weights=grained(fade(np.ones(len(ends)), today - ends, example_half_life)),
    )
