"""Query strings and part numbers in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import MAX_QUERY_LENGTH, clean_query, find_codes, normalize_code


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  camp \t stove\n", "camp stove"),
        ("camp\x00stove\x1b[0m", "camp stove [0m"),
        ("\u202eboot\u200b", "boot"),
        ("\uff48\uff50 \uff18\uff10", "hp 80"),
        ("women's boots", "women boots"),
        ("women\u2019s boots", "women boots"),
        ("", ""),
        (" \u3000 ", ""),
    ],
)
def test_a_query_is_cleaned(typed: str, cleaned: str) -> None:
    assert clean_query(typed) == cleaned


def test_a_query_is_bounded() -> None:
    assert len(clean_query("x" * 10_000)) == MAX_QUERY_LENGTH
    assert clean_query("a " * 10_000) == " ".join("a" * 16)


@given(st.text(max_size=500))
def test_a_cleaned_query_stays_as_it_is(text: str) -> None:
    cleaned = clean_query(text)

    assert cleaned.isprintable()
    assert clean_query(cleaned) == cleaned


@pytest.mark.parametrize("text", ["CM1312NFI", "cm-1312-nfi", "CM 1312 NFI", "cm/1312_nfi"])
def test_a_part_number_has_one_spelling(text: str) -> None:
    assert normalize_code(text) == "cm1312nfi"


def test_codes_are_found_in_texts() -> None:
    codes = find_codes(["Brother TN-2110 toner", "fits HL 2140/2150"])

    assert {"tn2110", "hl2140", "2150", "hl21402150"} - codes == {"hl2140"}
    assert "brother" not in codes
