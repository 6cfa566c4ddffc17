"""Postal codes of the countries we deliver to, from data bundled with a package."""

import re
from dataclasses import dataclass
from functools import lru_cache

import zipcodes
from django.utils.translation import gettext

from shop.core.errors import InvalidInput

US_CODE = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")


class UnknownPostalCode(InvalidInput):
    code = "unknown_postal_code"

    def __init__(self, country: str, postal_code: str) -> None:
        text = (
            gettext("“%(code)s” is not a %(country)s ZIP code.")
            if country == "US"
            else gettext("“%(code)s” is not a %(country)s postal code.")
        )
        message = text % {"code": postal_code[:20], "country": country[:10]}
        super().__init__(message, fields={"postal_code": [message]})
        self.country = country
        self.postal_code = postal_code


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a postal code is; position in degrees, `timezone` an IANA name."""

    country: str
    postal_code: str
    city: str
    region: str
    latitude: float
    longitude: float
    timezone: str


def find_place(country: str, postal_code: str) -> Place:
    """Return the place of a five-digit code, with or without its +4 digits.

    :raises UnknownPostalCode: if the code is malformed or not in use
    """
    matched = US_CODE.fullmatch(postal_code.strip()) if country == "US" else None
    place = _find_us_place(matched.group(1)) if matched else None
    if place is None:
        raise UnknownPostalCode(country, postal_code)
    return place


@lru_cache(maxsize=50_000)
def _find_us_place(code: str) -> Place | None:
    found = next((row for row in zipcodes.matching(code) if row["active"]), None)
    if found is None:
        return None
    return Place(
        country="US",
        postal_code=code,
        city=found["city"],
        region=found["state"],
        latitude=float(found["lat"] or 0),
        longitude=float(found["long"] or 0),
        timezone=found["timezone"] or "America/New_York",
    )
