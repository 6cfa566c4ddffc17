"""One customer's history as numbers: pure functions on small arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
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
    kept = [event for event in events if below is None or event[1] < below]
    items, at = np.unique(
        np.array([event[1] for event in kept], dtype=np.int64), return_inverse=True
    )
    return History(
        days=np.array([event[0] for event in kept], dtype=np.int64),
        items=items,
        at=at.astype(np.int64),
        weights=np.array([event[2] for event in kept], dtype=np.float64),
        bought=np.array([event[3] for event in kept], dtype=np.bool_),
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
    last = np.full(len(history.items), -np.inf)
    strength = np.zeros(len(history.items))
    past, baskets, ends = [], [], []
    for day in np.unique(history.days):
        of_day = history.days == day
        bought = history.at[of_day & history.bought]
        if len(bought) and np.isfinite(last).any():
            known = strength * 0.5 ** ((day - last) / past_half_life)
            past.append(known / np.sqrt(max(known.sum(), 1)))
            basket = np.zeros(len(history.items))
            basket[bought] = 1
            baskets.append(basket)
            ends.append(day)
        last[history.at[of_day]] = day
        strength[history.at[of_day]] = history.weights[of_day]
    shape = (len(ends), len(history.items))
    ages = today - np.array(ends, dtype=np.int64)
    return Examples(
        past=grained(np.array(past).reshape(shape)),
        baskets=np.array(baskets).reshape(shape),
        weights=grained(fade(np.ones(len(ends)), ages, example_half_life)),
    )
