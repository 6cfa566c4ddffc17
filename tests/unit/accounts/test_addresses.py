"""What counts as an address that a parcel can go to."""

import pytest

from accounts.errors import InvalidAddress
from accounts.services import validate_address
from tests.factories.accounts import make_address


def test_an_address_is_written_as_the_post_office_does():
    tidy = validate_address(
        make_address(
            full_name="  Ada   Park ",
            region="california",
            postal_code=" 94105-1234 ",
            country="us",
        )
    )

    assert tidy == make_address(full_name="Ada Park", region="CA", postal_code="94105")


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"full_name": " ", "line1": "", "city": "", "region": "", "postal_code": ""},
            {
                "full_name": ["Enter the name of the person who receives the parcel."],
                "line1": ["Enter the street and number."],
                "city": ["Enter the city."],
                "region": ["Choose the state."],
                "postal_code": ["Enter the ZIP code."],
            },
        ),
        (
            {"postal_code": "00000"},
            {"postal_code": ["“00000” is not a US ZIP code."]},
        ),
        (
            {"postal_code": "9410"},
            {"postal_code": ["“9410” is not a US ZIP code."]},
        ),
        (
            {"region": "NY"},
            {"postal_code": ["94105 is in California, not in New York."]},
        ),
        (
            {"region": "Bavaria"},
            {"region": ["“BAVARIA” is not a state we know."]},
        ),
        (
            {"country": "DE"},
            {"country": ["We deliver within the United States only."]},
        ),
        (
            {"phone": "call me"},
            {"phone": ["Enter a telephone number such as (415) 555-0132, or leave it empty."]},
        ),
        (
            {"line1": "x" * 101, "city": "Springfield\x00"},
            {
                "line1": ["Use at most 100 characters."],
                "city": ["This contains characters that cannot be printed."],
            },
        ),
    ],
)
def test_every_wrong_field_is_named(fields, errors):
    with pytest.raises(InvalidAddress) as refused:
        validate_address(make_address(**fields))

    assert refused.value.fields == errors


@pytest.mark.parametrize(
    ("city", "region", "postal_code"),
    [
        ("Anchorage", "AK", "99501"),
        ("Honolulu", "HI", "96813"),
        ("Washington", "DC", "20001"),
        ("San Juan", "PR", "00901"),
        ("Holtsville", "NY", "00501"),
    ],
)
def test_states_districts_and_territories_are_known(city, region, postal_code):
    address = make_address(city=city, region=region, postal_code=postal_code)

    assert validate_address(address) == address


def test_an_address_survives_its_json():
    address = make_address(line2="Apt 4", phone="(415) 555-0132")

    assert type(address).from_json(address.to_json()) == address
