"""Value objects of accounts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from shop.core.visitor import Destination


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """Where a parcel goes; `region` is a state code, `country` an ISO 3166 code."""

    full_name: str
    line1: str
    line2: str = ""
    city: str
    region: str
    postal_code: str
    country: str = "US"
    phone: str = ""

    @property
    def destination(self) -> Destination:
        """Return the address as far as serviceability needs it."""
        return Destination(
            country=self.country,
            postal_code=self.postal_code,
            city=self.city,
            region=self.region,
        )

    @property
    def label_lines(self) -> tuple[str, ...]:
        """Return the lines of a parcel label."""
        place = f"{self.city}, {self.region} {self.postal_code}"
        return tuple(filter(None, (self.full_name, self.line1, self.line2, place)))

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**data)


@dataclass(frozen=True, kw_only=True)
class SavedAddress:
    """An entry of an address book."""

    id: int
    address: PostalAddress
    is_default: bool

    @property
    def version(self) -> str:
        """Return a short text that is another one once anything of the entry has changed."""
        told = json.dumps([self.id, self.is_default, self.address.to_json()], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Who a customer is, as far as other apps need to know."""

    id: int
    email: str
    full_name: str
