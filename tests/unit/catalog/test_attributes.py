"""Typed attributes: reading, refusing and showing values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.attributes import (
    AttributeSpec,
    TypeSpec,
    attribute_values,
    clean_attributes,
    display_value,
    read_value,
)
from catalog.types import Scalar


def spec(kind: str, **given: object) -> AttributeSpec:
    return AttributeSpec(code="a", name="A", kind=kind, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("attribute", "raw", "value"),
    [
        (spec("integer"), "12", 12),
        (spec("integer"), 12.0, 12),
        (spec("integer", unit="W"), "1200 w", 1200),
        (spec("decimal"), "0.5", 0.5),
        (spec("decimal", unit="kg"), "2kg", 2),
        (spec("boolean"), " Yes ", True),
        (spec("boolean"), 0, False),
        (spec("choice", choices=("Red", "Blue")), "bLUE", "Blue"),
        (spec("text"), " two  words ", "two  words"),
        (spec("text"), 7, "7"),
    ],
)
def test_values_are_read_in_their_type(
    attribute: AttributeSpec, raw: object, value: Scalar
) -> None:
    found = read_value(attribute, raw)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("attribute", "raw"),
    [
        (spec("integer"), "1.5"),
        (spec("integer"), "1e300"),
        (spec("integer"), True),
        (spec("decimal"), "NaN"),
        (spec("decimal"), "-inf"),
        (spec("decimal"), "1,5"),
        (spec("boolean"), "2"),
        (spec("choice", choices=("Red",)), "Reddish"),
        (spec("text"), ["a"]),
        (spec("text"), "x" * 10_001),
        (spec("text"), "bell \x07"),
    ],
)
def test_what_does_not_fit_is_refused(attribute: AttributeSpec, raw: object) -> None:
    with pytest.raises(ValueError, match=r"is|must|has"):
        read_value(attribute, raw)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (True, "", "Yes"),
        (False, "", "No"),
        (1200, "W", "1,200 W"),
        (0.5, "m", "0.5 m"),
        (14, '"', '14"'),
        (80, "%", "80%"),
        ("Oak", "", "Oak"),
    ],
)
def test_values_are_shown_as_a_customer_reads_them(value: Scalar, unit: str, shown: str) -> None:
    assert display_value(value, unit) == shown


def test_two_names_of_one_attribute_are_told() -> None:
    general = TypeSpec(id=1, code="general", name="General", accepts_any=True)

    values, problems = clean_attributes(general, {"Cable length": 1, "cable_length": 2})

    assert values == {"cable_length": 1}
    assert problems == {"attributes.cable_length": ["is given twice."]}


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.floats() | st.text()))
def test_whatever_is_given_is_either_kept_fit_for_json_or_refused(raw: dict[str, object]) -> None:
    general = TypeSpec(id=1, code="general", name="General", accepts_any=True)

    values, _problems = clean_attributes(general, raw)

    assert json.loads(json.dumps(values, allow_nan=False)) == values
    json.dumps(values, ensure_ascii=False).encode()
    assert all(each.name and each.display for each in attribute_values(general, values))
