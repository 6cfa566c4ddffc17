"""Which quantities are taken, and what is said of the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cart.errors import InvalidQuantity
from cart.quantities import parse_quantity


@pytest.mark.parametrize(
    ("raw", "quantity"), [(1, 1), ("1", 1), (" 42 ", 42), ("007", 7), (99, 99)], ids=repr
)
def test_whole_numbers_from_1_to_99_are_taken(raw, quantity):
    assert parse_quantity(raw) == quantity


@pytest.mark.parametrize(
    "raw", [0, -1, 100, 10**9, "0", "-1", "1000000000", "9" * 5000], ids=lambda raw: repr(raw)[:20]
)
def test_numbers_out_of_range_are_refused(raw):
    with pytest.raises(InvalidQuantity, match="The quantity must be from 1 to 99, not "):
        parse_quantity(raw)


@pytest.mark.parametrize(
    "raw",
    ["abc", "", " ", "1.5", "1e3", "+5", "1_0", "٣", "²", "0x10", "--1", True],
    ids=repr,
)
def test_what_is_no_whole_number_is_refused(raw):
    with pytest.raises(InvalidQuantity, match="is not a quantity") as refused:
        parse_quantity(raw)

    assert refused.value.fields == {"quantity": [str(refused.value)]}


@given(st.text())
def test_any_text_is_a_quantity_or_refused_briefly(raw):
    def parse():
        try:
            return parse_quantity(raw)
        except InvalidQuantity as error:
            return str(error)

    outcome = parse()

    assert outcome in range(1, 100) or len(outcome) < 120
