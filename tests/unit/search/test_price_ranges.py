"""The price facet's ranges."""

from itertools import pairwise

from search.prices import PRICE_RANGES


def test_ranges_cover_every_price_once() -> None:
    assert PRICE_RANGES[0].low == 0
    assert PRICE_RANGES[-1].high is None
    assert all(first.high == second.low - 1 for first, second in pairwise(PRICE_RANGES))


def test_ranges_read_like_prices() -> None:
    assert [each.label("USD") for each in PRICE_RANGES[:2]] == ["Under $10", "$10 to $25"]
    assert PRICE_RANGES[-1].label("USD") == "$2,000 and more"
    assert [PRICE_RANGES[0].value, PRICE_RANGES[-1].value] == ["0-999", "200000-"]
