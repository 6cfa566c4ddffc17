"""From a customer's history to a ranked list: pure numpy, run for every customer by Spark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommendations.spark.history import Event, History, habits, interests, read_history
from recommendations.spark.linear import Weights
from recommendations.spark.recipe import Mode, Recipe
from recommendations.spark.weights import Floats, Numbers

DIGITS = 6  # what is closer than this is a tie, broken by popularity


class Model(Protocol):
    """Anything that ranks items for a customer; numbers, scores, best first."""

    def rank(
        self,
        events: Sequence[Event],
        factors: Sequence[float] | None,
        rare: Sequence[tuple[int, float]],
        *,
        top: int,
    ) -> list[tuple[int, float]]: ...


@dataclass(frozen=True)
class Blend:
    """The models together; a share of 0 leaves one out."""

    recipe: Recipe
    mode: Mode
    today: int
    ease: Weights
    following: Weights
    als_items: Weights
    popularity: Floats

    def rank(
        self,
        events: Sequence[Event],
        factors: Sequence[float] | None,
        rare: Sequence[tuple[int, float]],
        *,
        top: int,
    ) -> list[tuple[int, float]]:
        """Return the best (item, score); rare items come with the scores of their neighbours."""
        items, scores = self.order(events, factors, rare)
        return [
            (int(item), float(score))
            for item, score in zip(items[:top], scores[:top], strict=True)
        ]

    def order(
        self,
        events: Sequence[Event],
        factors: Sequence[float] | None,
        rare: Sequence[tuple[int, float]],
    ) -> tuple[Numbers, Floats]:
        """Return every item that comes into question and its score, best first."""
        history = read_history(events)
        items, scores = self._scores(history, factors, rare)
        if self.mode is Mode.NOVEL:
            is_new = ~np.isin(items, history.bought_items)
            items, scores = items[is_new], scores[is_new]
        scores = np.round(scores, DIGITS)
        best = np.lexsort((items, -scores))
        return items[best], scores[best]

    def _scores(
        self,
        history: History,
        factors: Sequence[float] | None,
        rare: Sequence[tuple[int, float]],
    ) -> tuple[Numbers, Floats]:
        """Return the items that come into question and their blended scores."""
        recipe = self.recipe
        size = len(self.als_items)
        outside = np.array([*history.items, *(item for item, _ in rare)], dtype=np.int64)
        items = np.union1d(np.arange(size), outside)
        total = np.zeros(len(items))
        if recipe.ease_share:
            linear = self._linear(history, self.ease, recipe.half_life_days, items)
            for item, score in rare:
                linear[np.searchsorted(items, item)] += score
            total += recipe.ease_share * _even(linear)
        if recipe.next_share:
            linear = self._linear(history, self.following, recipe.past_half_life_days, items)
            total += recipe.next_share * _even(linear)
        if recipe.als_share and factors is not None:
            products = self.als_items @ np.asarray(factors, dtype=np.float32)
            total += recipe.als_share * _even(_spread_out(items, products))
        if recipe.habit_share:
            habit = np.zeros(len(items))
            habit[np.searchsorted(items, history.items)] = habits(
                history, half_life=recipe.habit_half_life_days
            )
            total += recipe.habit_share * _even(habit)
        return items, total * (1 + self.popularity[items]) ** -recipe.popularity_discount

    def _linear(
        self, history: History, weights: Weights, half_life: float, items: Numbers
    ) -> Floats:
        wish = interests(history, today=self.today, half_life=half_life)
        known = history.items < len(weights)
        return _spread_out(items, wish[known] @ weights[history.items[known]])


def _spread_out(items: Numbers, scores: NDArray[np.floating]) -> Floats:
    """Give the first items their scores and the rest, those outside the matrices, zero."""
    spread = np.zeros(len(items))
    spread[: len(scores)] = scores
    return spread


def _even(scores: Floats) -> Floats:
    """Bring scores to the spread of the other models'; a constant does not change a ranking."""
    deviation = scores.std()
    return scores / deviation if deviation > 0 else scores
