"""A customer's history as numbers, checked by hand."""

import numpy as np
from numpy.testing import assert_allclose

from recommendations.spark.history import habits, interests, next_baskets, read_history
from recommendations.spark.weights import GRAIN, fade, grained

# day, item, weight, bought: A on day 0, A and B on day 30, only a look at C on day 60.
EVENTS = [(0, 7, 1.0, True), (30, 7, 1.0, True), (30, 9, 0.5, True), (60, 12, 0.2, False)]


def test_a_weight_halves_with_every_half_life() -> None:
    faded = fade(np.array([1.0, 1.0, 4.0]), np.array([0, 90, 180]), 90)

    assert_allclose(faded, [1, 0.5, 1])


def test_weights_are_multiples_of_the_grain() -> None:
    rounded = grained(np.array([1 / 3, GRAIN / 3]))

    assert_allclose(rounded / GRAIN, [1365, 0])


def test_interest_is_the_strongest_event_faded_to_today() -> None:
    history = read_history(EVENTS)

    assert history.items.tolist() == [7, 9, 12]
    assert history.bought_items.tolist() == [7, 9]
    assert_allclose(interests(history, today=90, half_life=30), [0.25, 0.125, 0.1])


def test_habit_adds_up_the_days_of_purchase_from_the_last_day_on() -> None:
    assert_allclose(habits(read_history(EVENTS), half_life=30), [0.25 + 0.5, 0.5, 0])


def test_items_outside_the_matrices_can_be_left_out() -> None:
    assert read_history(EVENTS, below=9).items.tolist() == [7]
    assert habits(read_history([], below=9), half_life=30).tolist() == []


def test_each_basket_but_the_first_is_an_example_of_what_follows() -> None:
    events = [*EVENTS, (90, 12, 1.0, True)]

    examples = next_baskets(
        read_history(events), today=90, past_half_life=30, example_half_life=60
    )

    assert_allclose(examples.baskets, [[1, 1, 0], [0, 0, 1]])
    assert_allclose(examples.weights, [0.5, 1])
    # Before day 30: A a month old. Before day 90: A and B two months old, the look one month.
    assert_allclose(examples.past[0], [0.5, 0, 0], atol=GRAIN)
    assert_allclose(examples.past[1], [0.25, 0.125, 0.1], atol=GRAIN)


def test_a_single_basket_is_no_example() -> None:
    examples = next_baskets(
        read_history(EVENTS[:1]), today=90, past_half_life=30, example_half_life=60
    )

    assert examples.past.shape == examples.baskets.shape == (0, 1)
