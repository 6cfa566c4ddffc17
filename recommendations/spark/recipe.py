"""Everything that decides what a run yields, apart from the interactions themselves."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What a customer is to be shown: only what is new to them, or their favorites as well."""

    NOVEL = "novel"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Hyper-parameters; chosen on baskets held out of the training data, see the docs."""

    seed: int = 1

    # Bounds: memory grows with the square of the first, and with the second.
    matrix_items: int = 5000
    events_per_user: int = 2500
    catalogue_limit: int = 1_000_000

    half_life_days: float = 90
    ease_ridge: float = 40

    past_half_life_days: float = 90
    example_half_life_days: float = 480
    next_ridge: float = 10

    als_rank: int = 64
    als_alpha: float = 5
    als_ridge: float = 0.05
    als_iterations: int = 8
    als_half_life_days: float = 240

    # What each model's scores count in the blend, once they have the same spread.
    ease_share: float = 1
    next_share: float = 0.8
    als_share: float = 0.4
    # Scores are divided by popularity to this power, so that more of the catalogue is shown.
    popularity_discount: float = 0.1
    # The customer's own habits, where repeats are wanted.
    habit_share: float = 0
    habit_half_life_days: float = 240

    # Bounds of what is kept of an item outside the matrices.
    neighbours: int = 50


NOVEL = Recipe()
ALL = Recipe(habit_share=1, next_share=1, ease_share=0.2, als_share=0.2, popularity_discount=0)
RECIPES = {Mode.NOVEL: NOVEL, Mode.ALL: ALL}
