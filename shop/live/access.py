"""Who may listen: the browser of a customer or guest, an app by its tokens, or a signed link."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from allauth.headless.tokens.strategies.jwt.internal import (
    session_key_from_sid,
    validate_access_token,
)
from django.conf import settings
from django.core import signing
from django.http.cookie import parse_cookie

from accounts.sessions import customer_of_session
from orders.types import OrderView
from shop.api.shopper import CART_TOKEN, visitor_in
from shop.core.visitor import Owner
from shop.pages.order_access import LONGEST_TOKEN, find_order_for
from shop.pages.shopper import VISITOR_COOKIE, read_signed

Scope = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Listener:
    """What a connection has shown of itself."""

    owner: Owner
    session_key: str = ""
    link_token: str = ""

    def find(self, number: str) -> OrderView:
        """Return the order if it is the listener's; who has signed out meanwhile is nobody.

        :raises OrderNotFound: else
        :raises StoreUnavailable: if it may be in the archive and that does not answer
        """
        customer_id = customer_of_session(self.session_key) if self.session_key else None
        owner = replace(self.owner, customer_id=customer_id)
        return find_order_for(number, owner=owner, token=self.link_token)


def listener_of(scope: Scope, *, access_token: str = "", cart_token: str = "") -> Listener:
    """Return who connects: by headers, cookies and query, or by the tokens of a hello.

    :raises BadCartToken: when the cart token is none of ours
    """
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    bearer = headers.get("authorization", "").removeprefix("Bearer ").strip()
    cookies = parse_cookie(headers.get("cookie", ""))
    session_key = _session_of_token(access_token or bearer)
    token = cart_token or headers.get(CART_TOKEN.lower(), "")
    visitor = visitor_in(token) if token else _visitor_by_cookie(cookies)
    # A socket cannot set a cookie: the session must keep its key.
    session_key = session_key or cookies.get(settings.SESSION_COOKIE_NAME, "")
    customer_id = customer_of_session(session_key) if session_key else None
    return Listener(
        owner=Owner(customer_id=customer_id, visitor=visitor),
        session_key=session_key if customer_id else "",
        link_token=query_of(scope).get("token", "")[:LONGEST_TOKEN],
    )


def query_of(scope: Scope) -> dict[str, str]:
    """Return the parameters of the address, the first of each name."""
    found = parse_qs(scope["query_string"].decode("latin-1"))
    return {name: values[0] for name, values in found.items()}


def _session_of_token(token: str) -> str:
    found = validate_access_token(token) if token else None
    return (session_key_from_sid(found[1]["sid"]) or "") if found else ""


def _visitor_by_cookie(cookies: Mapping[str, str]) -> str:
    try:
        visitor = read_signed(cookies[VISITOR_COOKIE], VISITOR_COOKIE)
    except (KeyError, signing.BadSignature):
        return ""
    return visitor if isinstance(visitor, str) else ""
