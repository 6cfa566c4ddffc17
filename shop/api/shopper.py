"""Who calls: a customer by access token, or a guest by the token of a cart.

Nothing here reads a cookie: a call says everything itself.
"""

import re
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from logistics.selectors import serving_warehouses
from shop.core.postal import find_place
from shop.core.visitor import Destination, Owner
from shop.pages.shopper import YEAR, new_visitor

CART_TOKEN = "X-Cart-Token"  # noqa: S105 - the header's name
SALT = "shop.api.cart-token"
VISITOR = re.compile(r"[0-9a-f]{32}")


class BadCartToken(AuthenticationFailed):
    default_detail = gettext_lazy(
        "This cart token is none of ours, or too old: ask for a new one."
    )
    default_code = "bad_cart_token"


class CartTokenMissing(NotAuthenticated):
    default_detail = gettext_lazy("Sign in, or send a guest's cart token.")
    default_code = "cart_token_missing"


class Callers(Enum):
    """Who may call."""

    ANYBODY = "anybody"
    SHOPPERS = "a customer, or a guest with a cart token"
    CUSTOMERS = "a customer"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """`visitor` is "" for somebody who only looks around."""

    customer_id: int | None
    visitor: str

    @property
    def is_known(self) -> bool:
        return self.customer_id is not None or bool(self.visitor)

    @property
    def owner(self) -> Owner:
        """Return whose cart, wishlist and orders are meant.

        :raises CartTokenMissing: for somebody who only looks around
        """
        if not self.is_known:
            raise CartTokenMissing
        return Owner(customer_id=self.customer_id, visitor=self.visitor)


def caller_of(request: Request) -> Caller:
    """Return who calls.

    :raises BadCartToken: when the token is not one of ours
    """
    user = request.user
    return Caller(
        customer_id=user.pk if user and user.is_authenticated else None,
        visitor=visitor_of(request),
    )


def visitor_of(request: Request | HttpRequest) -> str:
    """Return the visitor in the cart token, "" without one.

    :raises BadCartToken: when it is not one of ours
    """
    token = request.headers.get(CART_TOKEN, "")
    return visitor_in(token) if token else ""


def visitor_in(token: str) -> str:
    """Return the visitor that a cart token stands for; raises as `visitor_of`."""
    try:
        visitor = signing.loads(token, salt=SALT, max_age=YEAR)
    except signing.BadSignature:
        raise BadCartToken from None
    if not isinstance(visitor, str) or not VISITOR.fullmatch(visitor):
        raise BadCartToken
    return visitor


def new_cart_token() -> str:
    """Return a token under which a guest keeps cart, wishlist and orders for a year."""
    return signing.dumps(new_visitor(), salt=SALT)


def warehouses_for(destination: Destination | None) -> tuple[str, ...] | None:
    """Return which warehouses deliver there, None without an address."""
    return None if destination is None else serving_warehouses(destination=destination)


def destination_of(postal_code: str) -> Destination | None:
    """Return where to deliver to, None for "" (everywhere).

    :raises InvalidInput: when there is no such postal code
    """
    if not postal_code:
        return None
    found = find_place(country=settings.SHOP_COUNTRY, postal_code=postal_code)
    return Destination(
        country=found.country, postal_code=found.postal_code, city=found.city, region=found.region
    )
