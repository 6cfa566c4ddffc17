"""Product cards for an answer: the pages' own, for the address of the call."""

from collections.abc import Sequence
from typing import Any

from search.types import Hit
from shop.api.shapes.products import CardShape
from shop.api.views import ShopView
from shop.core.errors import StoreUnavailable
from shop.pages.cards import build_cards
from shop.pages.shopper import ShopRequest, Tally, as_shop_request


def cards_of(view: ShopView, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return the cards of the hits in their order; what is no longer sold is left out.

    :raises StoreUnavailable: when stock and promises cannot be read: a card without them would
        look like one that can be had
    """
    request = shop_request_of(view)
    cards = build_cards(request, hits, now=view.now)
    check_has_sql(request)
    return [dict(CardShape(card).data) for card in cards]


def shop_request_of(view: ShopView) -> ShopRequest:
    """Return the call as a page would see it: the address given, nothing in cart or wishlist."""
    request = as_shop_request(view.request._request)  # noqa: SLF001 - what pages are made from
    request.deliver_to = view.destination
    request.tally = Tally("", 0, 0)
    request.is_without_sql = False
    return request


def check_has_sql(request: ShopRequest) -> None:
    """Refuse to go without what a page would: see `cards_of`.

    :raises StoreUnavailable: when PostgreSQL did not answer
    """
    if request.is_without_sql:
        raise StoreUnavailable("PostgreSQL")
