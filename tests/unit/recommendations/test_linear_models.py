"""EASE and the next-basket regression on toy matrices, and the ranking of their blend."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose

from recommendations.spark.history import Event, read_history
from recommendations.spark.linear import ease_weights, next_basket_weights
from recommendations.spark.lists import shrunk_cosine
from recommendations.spark.matrices import Sum, add_customer
from recommendations.spark.neighbours import Neighbours
from recommendations.spark.recipe import Mode, Recipe
from recommendations.spark.scoring import Blend

EASE_ONLY = Recipe(next_share=0, als_share=0, popularity_discount=0)
X = np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1], [1, 0, 0]], dtype=float)


def test_ease_solves_its_least_squares_problem_column_by_column() -> None:
    ridge = 0.5

    weights = ease_weights(X.T @ X, ridge=ridge)

    for item in range(3):
        others = [other for other in range(3) if other != item]
        gram = X[:, others].T @ X[:, others] + ridge * np.eye(2)
        expected = np.linalg.solve(gram, X[:, others].T @ X[:, item])
        assert_allclose(weights[others, item], expected, rtol=1e-5)
        assert weights[item, item] == 0


def test_the_next_basket_is_regressed_on_the_past() -> None:
    following = np.array([[0, 0, 1], [0, 0, 1], [1, 0, 0], [0, 1, 0]], dtype=float)

    weights = next_basket_weights(X.T @ X, X.T @ following, ridge=1)

    stacked = np.vstack([X, np.eye(3)])
    expected = np.linalg.lstsq(stacked, np.vstack([following, np.zeros((3, 3))]), rcond=None)[0]
    assert_allclose(weights, expected, atol=1e-6)


def test_a_customer_is_added_to_each_sum() -> None:
    sums = {kind: np.zeros((3, 3)) for kind in Sum}
    history = read_history([(0, 0, 1.0, True), (30, 0, 1.0, True), (30, 2, 1.0, True)])
    recipe = Recipe(half_life_days=30, past_half_life_days=30, example_half_life_days=30)

    add_customer(sums, history, today=60, recipe=recipe)

    assert_allclose(sums[Sum.GRAM], np.array([[0.25, 0, 0.25], [0, 0, 0], [0.25, 0, 0.25]]))
    assert_allclose(sums[Sum.BASKETS], np.array([[2, 0, 1], [0, 0, 0], [1, 0, 1]]))
    # One example, half faded, whose past is item 0, half faded.
    assert_allclose(sums[Sum.PAST], np.array([[0.125, 0, 0], [0, 0, 0], [0, 0, 0]]))
    assert_allclose(sums[Sum.NEXT], np.array([[0.25, 0, 0.25], [0, 0, 0], [0, 0, 0]]))
    assert_allclose(sums[Sum.NEW], np.array([[0, 0, 0.25], [0, 0, 0], [0, 0, 0]]))


def test_items_in_few_baskets_are_not_said_to_be_bought_together() -> None:
    cosine = shrunk_cosine(np.array([[1, 1, 0], [1, 100, 80], [0, 80, 90]], dtype=float))

    assert_allclose(cosine[0, 1], 1 / 15)
    assert_allclose(cosine[1, 2], 80 / (np.sqrt(9000) + 5))
    assert np.diag(cosine).tolist() == [0, 0, 0]


def _blend(recipe: Recipe, mode: Mode) -> Blend:
    ease = np.zeros((4, 4), dtype=np.float32)
    ease[0] = [0, 0.1, 0.3, 0.2]
    return Blend(
        recipe=recipe,
        mode=mode,
        today=10,
        ease=ease,
        following=np.zeros((4, 0), dtype=np.float32),
        als_items=np.zeros((4, 0), dtype=np.float32),
        popularity=np.array([9.0, 8.0, 7.0, 6.0, 0.0, 0.0]),
    )


def _ranked(blend: Blend, events: list[Event], *, top: int) -> list[tuple[int, float]]:
    items, scores = blend.rank(read_history(events), None, top=top)
    return list(zip(items.tolist(), scores.tolist(), strict=True))


def test_novel_lists_leave_out_what_was_bought_but_not_what_was_looked_at() -> None:
    events = [(9, 0, 1.0, True), (9, 2, 1.0, True), (9, 3, 0.1, False)]

    ranked = _ranked(_blend(EASE_ONLY, Mode.NOVEL), events, top=9)

    assert [item for item, _ in ranked] == [3, 1]


def test_habits_bring_repeats_to_the_top() -> None:
    recipe = replace(EASE_ONLY, habit_share=4)
    events = [(8, 3, 1.0, True), (9, 0, 1.0, True), (9, 3, 1.0, True)]

    ranked = _ranked(_blend(recipe, Mode.ALL), events, top=3)

    assert [item for item, _ in ranked] == [3, 0, 2]


def test_a_rare_item_is_ranked_by_what_its_neighbours_suggest() -> None:
    table = pa.table(
        {
            "item": pa.array([5, 0, 4, 0], pa.int32()),
            "other": pa.array([0, 5, 0, 4], pa.int32()),
            "weight": [0.5, 0.25, 0.5, 0.01],
        }
    )
    neighbours = Neighbours.read(table, items=6)
    recipe = replace(EASE_ONLY, neighbours=1)
    blend = replace(_blend(recipe, Mode.NOVEL), neighbours=neighbours)

    assert [item for item, _ in _ranked(blend, [(10, 0, 1.0, True)], top=9)] == [2, 5, 3, 1]


def test_a_tie_goes_to_the_more_popular_item() -> None:
    ranked = _ranked(_blend(EASE_ONLY, Mode.NOVEL), [(10, 1, 1.0, True)], top=2)

    assert ranked == [(0, 0.0), (2, 0.0)]


@pytest.mark.parametrize("discount", [0, 0.5])
def test_popularity_can_be_discounted(discount: float) -> None:
    recipe = replace(EASE_ONLY, popularity_discount=discount)

    scores = dict(_ranked(_blend(recipe, Mode.NOVEL), [(10, 0, 1.0, True)], top=3))

    assert scores[2] / scores[3] == pytest.approx(1.5 * (7 / 8) ** discount, abs=1e-5)
