"""Reading postal areas and turning them into prefixes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.domain.postal_areas import (
    BadPostalArea,
    expand,
    find_overlaps,
    normalize_postal_code,
    parse_postal_areas,
    prefixes_of,
    range_to_prefixes,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("94", ["94"]),
        ("94, 95000-95999;96\n*", ["94", "95000-95999", "96", "*"]),
        ("94100 - 94199", ["94100-94199"]),
        ("94100\u201394199", ["94100-94199"]),
        ("94,94,, 94", ["94"]),
        ("94103-94103", ["94103"]),
        ("", []),
    ],
)
def test_areas_are_read_in_the_order_written(text: str, tokens: list[str]) -> None:
    assert parse_postal_areas(text, country="US") == tokens


@pytest.mark.parametrize(
    ("text", "token", "reason"),
    [
        ("94, 9x4", "9X4", "postal codes of US have digits only."),
        ("941031", "941031", "postal codes of US have 5 digits."),
        ("95, 95999-95000", "95999-95000", "the range ends before it begins."),
        ("940-95000", "940-95000", "both ends of a range need the same number of digits."),
        (
            "94, -95",
            "-95",
            "use letters and digits, a range such as 95000-95999, or * for the whole country.",
        ),
        (
            "94**",
            "94**",
            "use letters and digits, a range such as 95000-95999, or * for the whole country.",
        ),
    ],
)
def test_token_that_cannot_be_read_is_named(text: str, token: str, reason: str) -> None:
    with pytest.raises(BadPostalArea) as refusal:
        parse_postal_areas(text, country="US")

    assert (refusal.value.token, refusal.value.reason) == (token, reason)


def test_letters_are_fine_where_postal_codes_have_them() -> None:
    assert parse_postal_areas("sw1a, M5", country="GB") == ["SW1A", "M5"]


@pytest.mark.parametrize(
    ("low", "high", "prefixes"),
    [
        ("94000", "94999", ["94"]),
        ("94000", "95999", ["94", "95"]),
        ("00000", "99999", [""]),
        ("00501", "00501", ["00501"]),
        ("94098", "94111", ["94098", "94099", "9410", "94110", "94111"]),
        ("089", "101", ["089", "09", "100", "101"]),
    ],
)
def test_range_becomes_the_fewest_prefixes(low: str, high: str, prefixes: list[str]) -> None:
    assert list(range_to_prefixes(low, high)) == prefixes


@given(st.integers(0, 999), st.integers(0, 999))
def test_prefixes_cover_exactly_the_range(one: int, other: int) -> None:
    low, high = sorted((one, other))

    prefixes = list(range_to_prefixes(f"{low:03}", f"{high:03}"))

    covered = [
        code for code in range(1000) if any(f"{code:03}".startswith(each) for each in prefixes)
    ]
    assert covered == list(range(low, high + 1))
    assert len(prefixes) <= 9 * 2 * 3
    parents = {prefix[:-1] for prefix in prefixes if prefix}
    for parent in parents:
        assert not {f"{parent}{digit}" for digit in range(10)} <= set(prefixes)


def test_expanding_keeps_each_prefix_once() -> None:
    assert expand(["94", "94000-94999", "*"]) == ["94", ""]


def test_overlaps_are_found_between_prefixes_and_ranges() -> None:
    tokens = ["94", "94100-94199", "95", "95000-95999", "96"]

    assert find_overlaps(tokens) == [("94", "94100-94199"), ("95", "95000-95999")]


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("US", " 94103-1234 ", "94103"),
        ("US", "94103", "94103"),
        ("GB", "sw1a 1aa", "SW1A1AA"),
    ],
)
def test_postal_codes_are_normalized(country: str, written: str, code: str) -> None:
    assert normalize_postal_code(country=country, postal_code=written) == code


def test_prefixes_begin_with_the_whole_country() -> None:
    assert prefixes_of("941") == ["", "9", "94", "941"]
