"""Prices that are written among the words."""

import pytest

from search.price_words import read_price_words
from search.types import SearchQuery


@pytest.mark.parametrize(
    ("text", "rest", "low", "high"),
    [
        ("mug under $20", "mug", None, 2_000),
        ("Mug Below $ 19.99 blue", "Mug blue", None, 1_999),
        ("mug less than 20 dollars", "mug", None, 2_000),
        ("tent over $100", "tent", 10_000, None),
        ("tent between $100 and $250", "tent", 10_000, 25_000),
        ("tent from 100 to 250 dollars", "tent", 10_000, 25_000),
        ("tent $250-$100", "tent", 10_000, 25_000),
        ("under $20", "", None, 2_000),
    ],
)
def test_a_price_is_read(text: str, rest: str, low: int | None, high: int | None) -> None:
    query, found = read_price_words(SearchQuery(text=text))

    assert (query.text, query.price_min, query.price_max) == (rest, low, high)
    assert found is not None


@pytest.mark.parametrize(
    "text",
    [
        "mug under 20",
        "under desk light",
        "tent for 2 to 4",
        "over 40 songs",
        "$20",
        "tn-2110 to $",
    ],
)
def test_a_number_without_a_currency_or_a_bound_is_a_word(text: str) -> None:
    query, found = read_price_words(SearchQuery(text=text))

    assert query == SearchQuery(text=text)
    assert found is None
