"""From a customer's history to a ranked list: pure numpy, run for every customer by Spark."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommendations.spark.history import History, habits, interests
from recommendations.spark.linear import Weights
from recommendations.spark.neighbours import Neighbours
from recommendations.spark.recipe import Mode, Recipe
from recommendations.spark.weights import Floats, Numbers, grained

DIGITS = 6  # what is closer than this is a tie, broken by popularity


class Model(Protocol):
    """Anything that ranks items for a customer; numbers, scores, best first."""

    def rank(
        self, history: History, factors: Weights | None, *, top: int
    ) -> tuple[Numbers, Floats]: ...


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
    neighbours: Neighbours | None = None

    def rank(
        self, history: History, factors: Weights | None, *, top: int
    ) -> tuple[Numbers, Floats]:
        """Return the best items and their scores."""
        items, scores = self._in_question(history, factors)
        if len(items) > top:
            # All that tie with the last are in, so that the more popular ones of them win.
            kept = scores >= np.partition(scores, -top)[-top]
            items, scores = items[kept], scores[kept]
        items, scores = _sorted(items, scores)
        return items[:top], scores[:top]

    def order(self, history: History, factors: Weights | None) -> tuple[Numbers, Floats]:
        """Return every item that comes into question and its score, best first."""
        return _sorted(*self._in_question(history, factors))

    def _in_question(self, history: History, factors: Weights | None) -> tuple[Numbers, Floats]:
        items, scores = self._scores(history, factors)
        scores = np.round(scores, DIGITS)
        if self.mode is Mode.NOVEL:
            is_new = np.ones(len(items), dtype=np.bool_)
            is_new[np.searchsorted(items, history.bought_items)] = False
            items, scores = items[is_new], scores[is_new]
        return items, scores

    def _scores(self, history: History, factors: Weights | None) -> tuple[Numbers, Floats]:
        """Return the items that come into question, by number, and their blended scores."""
        recipe = self.recipe
        size = len(self.als_items)
        rare, suggestions = self._rare(history)
        outside = np.concatenate([history.items, rare])
        items = np.concatenate([np.arange(size), np.unique(outside[outside >= size])])
        total = np.zeros(len(items))
        if recipe.ease_share:
            linear = self._linear(history, self.ease, recipe.half_life_days, items)
            linear[np.searchsorted(items, rare)] += suggestions
            total += recipe.ease_share * _even(linear)
        if recipe.next_share:
            linear = self._linear(history, self.following, recipe.past_half_life_days, items)
            total += recipe.next_share * _even(linear)
        if recipe.als_share and factors is not None:
            products = self.als_items @ factors
            total += recipe.als_share * _even(_spread_out(items, products))
        if recipe.habit_share:
            habit = np.zeros(len(items))
            habit[np.searchsorted(items, history.items)] = habits(
                history, half_life=recipe.habit_half_life_days
            )
            total += recipe.habit_share * _even(habit)
        return items, total * self._discounts[items]

    @cached_property
    def _discounts(self) -> Floats:
        return np.asarray((1 + self.popularity) ** -self.recipe.popularity_discount)

    def _rare(self, history: History) -> tuple[Numbers, Floats]:
        """Return what the neighbours of the customer's items suggest."""
        if self.neighbours is None or not self.recipe.ease_share:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        wish = interests(history, today=self.today, half_life=self.recipe.half_life_days)
        return self.neighbours.suggest(history.items, grained(wish), most=self.recipe.neighbours)

    def _linear(
        self, history: History, weights: Weights, half_life: float, items: Numbers
    ) -> Floats:
        wish = interests(history, today=self.today, half_life=half_life)
        known = history.items < len(weights)
        # Half the digits take half the time, and DIGITS of them are kept.
        wish = wish[known].astype(weights.dtype)
        return _spread_out(items, wish @ weights[history.items[known]])


def _sorted(items: Numbers, scores: Floats) -> tuple[Numbers, Floats]:
    """Sort by score; of a tie, the more popular one first, as the numbers are."""
    best = np.argsort(-scores, kind="stable")
    return items[best], scores[best]


def _spread_out(items: Numbers, scores: NDArray[np.floating]) -> Floats:
    """Give the first items their scores and the rest, those outside the matrices, zero."""
    spread = np.zeros(len(items))
    spread[: len(scores)] = scores
    return spread


def _even(scores: Floats) -> Floats:
    """Bring scores to the spread of the other models'; a constant does not change a ranking."""
    deviation = scores.std()
    return scores / deviation if deviation > 0 else scores
