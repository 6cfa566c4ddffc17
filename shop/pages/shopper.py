"""The request of a storefront page: who shops, for which address, and with how full a cart."""

import uuid
from collections.abc import Iterator
from typing import Any, TypeGuard, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from recommendations.selectors import Shopper, group_for, group_of
from shop.core.visitor import Destination, Owner

YEAR = 365 * 24 * 3600
VISITOR_COOKIE, DELIVER_TO_COOKIE, TALLY_COOKIE = "visitor", "deliver_to", "tally"


class ShopRequest(HttpRequest):
    """What `ShopperMiddleware` and django-htmx add to a request."""

    visitor: str
    is_known_browser: bool  # it brought its visitor id: crawlers keep no cookies
    deliver_to: Destination | None
    htmx: HtmxDetails
    tally: "Tally"
    is_without_sql: bool
    is_personal: bool  # it shows what belongs to whoever looks, guests too


class Tally:
    """How many pieces are in the cart and wishes on the list, kept in a cookie for the header.

    It belongs to one owner; somebody else's, or none, is counted anew (see `chrome`).
    """

    def __init__(self, owner: str, cart: int, wishes: int) -> None:
        self.owner, self.cart, self.wishes = owner, cart, wishes

    def to_cookie(self) -> str:
        return _sign([self.owner, self.cart, self.wishes], TALLY_COOKIE)


def customer_id_of(request: HttpRequest) -> int | None:
    """Return the id of the customer who is signed in, checked against the account.

    For all that shows or changes what is a customer's own. A session of before the password was
    changed, or of an account that is closed, ends here.
    """
    is_claimed = SESSION_KEY in request.session  # asked first: Django ends such a session itself
    if request.user.is_authenticated:
        return request.user.pk
    if is_claimed:
        request.session.flush()
        # What is done from here on is not the customer's, nor what was done before the guest's.
        shop_request = as_shop_request(request)
        shop_request.visitor = next_visitor(shop_request.visitor, None)
    return None


def owner_of(request: ShopRequest) -> Owner:
    """Return whose cart and wishlist the request works on, checked as above."""
    return Owner(customer_id=customer_id_of(request), visitor=request.visitor)


def claimed_customer_id(request: HttpRequest) -> int | None:
    """Return the id that the session claims, None while it cannot be read.

    Only for counting what is looked at and for the header: the catalogue needs no account.
    """
    try:
        claimed = request.session.get(SESSION_KEY)
    except DatabaseError:
        return None
    return int(claimed) if claimed else None


def owner_key(request: ShopRequest) -> str:
    """Return a name that tells two owners apart, "" while the session cannot be read."""
    try:
        claimed = request.session.get(SESSION_KEY)
    except DatabaseError:
        return ""
    return f"c{claimed}" if claimed else f"v{request.visitor}"


def read_deliver_to(request: HttpRequest) -> Destination | None:
    """Return the destination in the cookie, unless there is none or it is not ours."""
    parts = _unsign(request, DELIVER_TO_COOKIE)
    if not _are_texts(parts, 4):
        return None
    country, postal_code, city, region = parts
    return Destination(country=country, postal_code=postal_code, city=city, region=region)


def write_deliver_to(response: HttpResponseBase, destination: Destination) -> None:
    """Remember where to deliver to, for a year."""
    parts = [destination.country, destination.postal_code, destination.city, destination.region]
    set_cookie(response, DELIVER_TO_COOKIE, _sign(parts, DELIVER_TO_COOKIE))


def forget_deliver_to(response: HttpResponseBase) -> None:
    """Remember that the shopper wants to see everything, a customer's usual address or not."""
    set_cookie(response, DELIVER_TO_COOKIE, _sign([], DELIVER_TO_COOKIE))


def new_visitor() -> str:
    """Return an id for a browser that nobody has used yet."""
    return uuid.uuid4().hex


def next_visitor(before: str, customer_id: int | None) -> str:
    """Return another id for the same browser, of the group that its user was in.

    So somebody sees rows of one kind, signed in or not; nothing else is known of who came before.
    """
    group = group_for(Shopper(visitor=before, customer_id=customer_id))
    return next(each for each in _new_visitors() if group_of(Shopper(visitor=each).key) is group)


def _new_visitors() -> Iterator[str]:
    while True:
        yield new_visitor()


def read_visitor(request: HttpRequest) -> str:
    """Return the visitor's id from the cookie, or ""."""
    visitor = _unsign(request, VISITOR_COOKIE)
    return visitor if isinstance(visitor, str) else ""


def write_visitor(response: HttpResponseBase, visitor: str) -> None:
    """Remember an anonymous visitor, for a year."""
    set_cookie(response, VISITOR_COOKIE, _sign(visitor, VISITOR_COOKIE))


def read_tally(request: HttpRequest) -> Tally | None:
    """Return the counts in the cookie, whoever they belong to."""
    parts = _unsign(request, TALLY_COOKIE)
    return Tally(*parts) if isinstance(parts, list) else None


def set_cookie(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def _are_texts(parts: Any, count: int) -> TypeGuard[list[str]]:
    return (
        isinstance(parts, list)
        and len(parts) == count
        and all(isinstance(part, str) for part in parts)
    )


def _sign(value: Any, salt: str) -> str:
    return signing.dumps(value, salt=f"shop.pages.{salt}", compress=True)


def read_signed(text: str, name: str) -> Any:
    """Return what is in the cookie of that name.

    :raises BadSignature: when it is not ours, or too old
    """
    return signing.loads(text, salt=f"shop.pages.{name}", max_age=YEAR)


def _unsign(request: HttpRequest, name: str) -> Any:
    try:
        return read_signed(request.COOKIES[name], name)
    except (KeyError, signing.BadSignature):
        return None


def as_shop_request(request: HttpRequest) -> ShopRequest:
    """Tell the type checker what the middleware has added."""
    return cast("ShopRequest", request)
