"""The wishlist's page: move to the cart, or take off; saving from elsewhere is in `wishes`."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import get_offers
from catalog.types import Offer
from logistics.selectors import warehouses_in_stock
from search.types import Hit
from shop.core.errors import DomainError
from shop.core.stream import record
from shop.pages.cards import CardView, build_cards
from shop.pages.context import count_cart
from shop.pages.errors import status_of
from shop.pages.moves import move_to_cart
from shop.pages.posted import posted_sku
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of
from wishlist.selectors import count_wishes, get_wishlist
from wishlist.services import remove

WISHLIST_URL = "/wishlist/"


@dataclass(frozen=True, kw_only=True)
class WishView:
    """One wished item; without a card it is no longer sold and `title` is all we know of it."""

    sku: str
    title: str
    options: dict[str, str]
    card: CardView | None
    is_in_stock: bool

    @property
    def can_be_bought(self) -> bool:
        return self.card is not None and self.is_in_stock and not self.card.unreachable


@require_safe
@never_cache
def wishlist(request: ShopRequest) -> HttpResponseBase:
    """Show what the shopper saved, with its price and the day it would arrive."""
    return _render(request)


@require_POST
def change_wish(request: ShopRequest) -> HttpResponseBase:
    """Move an item to the cart, or by `action` "remove" take it off the list."""
    sku = posted_sku(request)
    try:
        done = _change(request, sku, request.POST.get("action", ""))
    except DomainError as error:
        return _render(request, error=str(error), status=status_of(error))
    if request.htmx:
        return _render(request)
    messages.success(request, done)
    return HttpResponseRedirect(WISHLIST_URL)


def build_wishes(request: ShopRequest, *, now: datetime) -> tuple[WishView, ...]:
    """Return the wishes, newest first; the number of statements does not grow with them."""
    owner = owner_of(request)
    skus = get_wishlist(customer_id=owner.customer_id, visitor=owner.visitor).skus
    if not skus:
        return ()
    offers = get_offers(skus=skus)
    hits = [
        Hit(product_id=offers[sku].product_id, sku=sku, score=0.0)
        for sku in skus
        if sku in offers and offers[sku].is_published
    ]
    cards = {card.sku: card for card in build_cards(request, hits, now=now)}
    stocked = warehouses_in_stock(skus=list(cards))
    return tuple(
        _wish(sku, offers.get(sku), cards, is_in_stock=bool(stocked.get(sku))) for sku in skus
    )


def _wish(
    sku: str, offer: Offer | None, cards: dict[str, CardView], *, is_in_stock: bool
) -> WishView:
    return WishView(
        sku=sku,
        title=offer.title if offer else f"Item {sku}",
        options=offer.options if offer else {},
        card=cards.get(sku),
        is_in_stock=is_in_stock,
    )


def _change(request: ShopRequest, sku: str, action: str) -> str:
    owner = owner_of(request)
    if action == "remove":
        remove(owner=owner, sku=sku)
        request.tally.wishes = count_wishes(owner=owner)
        _record(request, "wishlist", action="remove", sku=sku)
        return "Removed from your wishlist."
    move_to_cart(owner=owner, sku=sku)
    request.tally.cart = -1
    count_cart(request)
    _record(request, "cart", action="add", sku=sku, quantity=1)
    _record(request, "wishlist", action="remove", sku=sku)
    return "Moved to your cart."


def _render(request: ShopRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    wishes = build_wishes(request, now=timezone.now())
    request.tally.wishes = len(wishes)
    context = {"wishes": wishes, "error": error}
    if not request.htmx:
        return render(request, "pages/wishlist.html", context, status=status)
    code = HTTPStatus.OK if status == HTTPStatus.NOT_FOUND else status
    return render(request, "pages/wishlist_changed.html", context, status=code)


def _record(request: ShopRequest, kind: str, **about: str | int) -> None:
    record(kind, visitor=request.visitor, customer_id=customer_id_of(request), **about)
