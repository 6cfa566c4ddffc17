"""What any recommender must beat: popularity, and what the customer bought most often.

A module of its own, so that Spark's workers can import it.
"""

from dataclasses import dataclass

import numpy as np
from pyspark.sql import DataFrame

from recommendations.spark.history import History, habits, interests, read_history
from recommendations.spark.linear import Weights
from recommendations.spark.pipeline import NO_FACTORS, rank_all
from recommendations.spark.purchases import Numbered
from recommendations.spark.recipe import Mode
from recommendations.spark.weights import Floats, Numbers

POPULARITY_HALF_LIFE = 30


@dataclass(frozen=True)
class Simple:
    """Popularity, and with `habit` the customer's own most frequent items before it."""

    popularity: Floats
    mode: Mode
    habit: bool

    def rank(
        self, history: History, factors: Weights | None, *, top: int
    ) -> tuple[Numbers, Floats]:
        scores = self.popularity / (self.popularity.max() + 1)
        if self.habit:
            scores[history.items] += habits(history, half_life=1e9)
        if self.mode is Mode.NOVEL:
            scores[history.bought_items] = -1
        best = np.argsort(-scores, kind="stable")[:top]
        return best, scores[best]


def rank_simply(numbered: Numbered, mode: Mode, *, top: int, habit: bool) -> DataFrame:
    popularity = np.zeros(len(numbered.item_ids))
    for row in numbered.histories.select("events").toLocalIterator():
        history = read_history([tuple(event) for event in row.events])
        popularity[history.items] += interests(
            history, today=numbered.today, half_life=POPULARITY_HALF_LIFE
        )
    customers = numbered.histories.selectExpr("user_id", "events", NO_FACTORS)
    model = Simple(popularity=popularity, mode=mode, habit=habit)
    return rank_all(customers, model, numbered.item_ids, top=top)
