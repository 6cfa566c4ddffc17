"""What makes a US postal address good enough to send a parcel to."""

import re
from collections.abc import Mapping
from dataclasses import replace

from accounts.errors import InvalidAddress
from accounts.types import PostalAddress
from shop.core.postal import Place, UnknownPostalCode, find_place

STATES: Mapping[str, str] = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
    "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands", "PR": "Puerto Rico",
    "VI": "U.S. Virgin Islands",
    "AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific",
}  # fmt: skip
"""The codes the post office knows, in its own order: states, territories, military mail."""

REQUIRED: Mapping[str, str] = {
    "full_name": "Enter the name of the person who receives the parcel.",
    "line1": "Enter the street and number.",
    "city": "Enter the city.",
    "region": "Choose the state.",
    "postal_code": "Enter the ZIP code.",
}
MAX_LENGTHS: Mapping[str, int] = {
    "full_name": 100,
    "line1": 100,
    "line2": 100,
    "city": 60,
    "phone": 20,
}
PHONE = re.compile(r"\+?[0-9 ().-]{7,20}")
LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def validate_address(address: PostalAddress) -> PostalAddress:
    """Return the address as the post office writes it.

    Spaces are trimmed, codes upper-cased, the state's name turned into its code, +4 digits cut.

    :raises InvalidAddress: with every field that is wrong
    """
    tidy = _tidy(address)
    errors = {**_missing(tidy), **_malformed(tidy)}
    place = _find_place(tidy, errors)
    if place and "region" not in errors and place.region != tidy.region:
        actual = STATES.get(place.region, place.region)
        message = f"{place.postal_code} is in {actual}, not in {STATES[tidy.region]}."
        errors["postal_code"] = [message]
    if errors or place is None:
        raise InvalidAddress(errors)
    return replace(tidy, postal_code=place.postal_code)


def _tidy(address: PostalAddress) -> PostalAddress:
    fields = {name: " ".join(text.split()) for name, text in address.to_json().items()}
    by_name = {name.lower(): code for code, name in STATES.items()}
    region = fields["region"]
    fields["region"] = by_name.get(region.lower(), region.upper())
    fields["country"] = fields["country"].upper()
    return PostalAddress(**fields)


def _missing(address: PostalAddress) -> dict[str, list[str]]:
    fields = address.to_json()
    return {name: [message] for name, message in REQUIRED.items() if not fields[name]}


def _malformed(address: PostalAddress) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name, text in address.to_json().items():
        if CONTROL.search(text):
            errors[name] = ["This contains characters that cannot be printed."]
        elif LINK.search(text):
            # It would go out in our e-mails, where mail programs make it a link.
            errors[name] = ["This cannot contain a web address."]
        elif len(text) > MAX_LENGTHS.get(name, 100):
            errors[name] = [f"Use at most {MAX_LENGTHS.get(name, 100)} characters."]
    if address.region and address.region not in STATES:
        errors["region"] = [f"“{address.region[:20]}” is not a state we know."]
    if address.country != "US":
        errors["country"] = ["We deliver within the United States only."]
    if address.phone and not PHONE.fullmatch(address.phone):
        errors["phone"] = ["Enter a telephone number such as (415) 555-0132, or leave it empty."]
    return errors


def _find_place(address: PostalAddress, errors: dict[str, list[str]]) -> Place | None:
    if not address.postal_code or "country" in errors:
        return None
    try:
        return find_place(address.country, address.postal_code)
    except UnknownPostalCode as error:
        errors["postal_code"] = [str(error)]
        return None
