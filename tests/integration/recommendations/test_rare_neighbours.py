"""Neighbours of the items outside the matrices, beside what numpy makes of the same customers."""

import random
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession

from recommendations.spark import cooccurrence
from recommendations.spark.cooccurrence import rare_neighbours
from recommendations.spark.history import interests, read_history
from recommendations.spark.recipe import Recipe
from recommendations.spark.weights import grained

USERS, ITEMS, SIZE, TODAY = 30, 12, 4, 400
RECIPE = Recipe(ease_ridge=2)
HISTORIES = "user int, events array<struct<day: int, item: int, weight: double, bought: boolean>>"

Event = tuple[int, int, float, bool]


@pytest.fixture(scope="module")
def events() -> list[list[Event]]:
    draw = random.Random(3)
    return [
        sorted(
            (draw.randrange(TODAY), item, draw.choice([0.25, 1.0]), True)
            for item in draw.sample(range(ITEMS), draw.randint(1, 6))
        )
        for _ in range(USERS)
    ]


@pytest.fixture(scope="module")
def histories(spark: SparkSession, events: list[list[Event]]) -> DataFrame:
    return spark.createDataFrame(list(enumerate(events)), HISTORIES)


def _wishes(events: list[list[Event]], recipe: Recipe) -> NDArray[np.float64]:
    wishes = np.zeros((len(events), ITEMS))
    for user, bought in enumerate(events):
        history = read_history(bought)
        wish = interests(history, today=TODAY, half_life=recipe.half_life_days)
        wishes[user, history.items] = grained(wish)
    return wishes


def _found(histories: DataFrame, recipe: Recipe) -> dict[tuple[int, int], float]:
    rows = rare_neighbours(histories, size=SIZE, items=ITEMS, today=TODAY, recipe=recipe).collect()
    assert len({(row.item, row.other) for row in rows}) == len(rows)
    return {(row.item, row.other): row.weight for row in rows}


def test_the_weights_are_the_regression_of_one_item_on_another(
    histories: DataFrame, events: list[list[Event]]
) -> None:
    wishes = _wishes(events, RECIPE)
    gram = wishes.T @ wishes
    weights = gram / (np.diag(gram)[:, np.newaxis] + RECIPE.ease_ridge)

    assert _found(histories, RECIPE) == {
        (item, other): weights[item, other]
        for item, other in np.argwhere(gram > 0).tolist()
        if item != other and max(item, other) >= SIZE
    }


def test_each_item_keeps_its_strongest_neighbours(histories: DataFrame) -> None:
    everything = _found(histories, RECIPE)
    kept = _found(histories, replace(RECIPE, neighbours=2))

    by_item = [[pair for pair in everything if pair[0] == item] for item in range(ITEMS)]
    best = [sorted(pairs, key=lambda pair: (-everything[pair], pair[1]))[:2] for pairs in by_item]
    assert sorted(kept) == sorted(pair for pairs in best for pair in pairs)


def test_of_an_item_that_many_want_the_keenest_speak(
    histories: DataFrame, events: list[list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cooccurrence, "MOST_USERS_PER_ITEM", 1)
    wishes = _wishes(events, RECIPE)

    kept = _found(histories, RECIPE)

    for item in range(SIZE, ITEMS):
        keenest = wishes[np.argmax(wishes[:, item])]
        wanted = {other for other in np.flatnonzero(keenest).tolist() if other != item}
        assert {other for one, other in kept if one == item} == wanted
