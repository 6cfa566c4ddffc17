"""Who is shopping: the anonymous visitor, the owner of a cart, and where to deliver."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose cart or wishlist it is: a customer's, or else the anonymous visitor's."""

    customer_id: int | None = None
    visitor: str = ""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """The address as far as serviceability needs it; `region` is a state code."""

    country: str
    postal_code: str
    city: str = ""
    region: str = ""
