"""What the frame around every page shows: header, footer, navigation."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from cart.selectors import count_pieces
from catalog.selectors import list_categories
from catalog.types import CategoryNode
from shop.core.visitor import Destination
from shop.pages.shopper import ShopRequest, Tally, as_shop_request, claimed_customer_id, owner_of
from wishlist.selectors import wished_skus


@dataclass(frozen=True)
class Chrome:
    """Read lazily: an error page must not need what made the page fail."""

    request: ShopRequest

    @property
    def shop_name(self) -> str:
        return settings.SHOP_NAME

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @property
    def mailbox_url(self) -> str:
        return "/dev/mailbox/"

    @property
    def deliver_to(self) -> Destination | None:
        return getattr(self.request, "deliver_to", None)

    @property
    def is_without_sql(self) -> bool:
        return getattr(self.request, "is_without_sql", False)

    @property
    def is_signed_in(self) -> bool:
        return hasattr(self.request, "session") and claimed_customer_id(self.request) is not None

    @property
    def cart_count(self) -> int:
        return count_cart(self.request)

    @cached_property
    def categories(self) -> tuple[CategoryNode, ...]:
        try:
            return list_categories()
        except DatabaseError:
            return ()


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Add `chrome` to every template."""
    return {"chrome": Chrome(as_shop_request(request))}


def count_cart(request: ShopRequest) -> int:
    """Return the pieces in the cart, from the cookie or else counted once."""
    tally: Tally | None = getattr(request, "tally", None)
    if tally is None:
        return 0
    if tally.cart < 0:
        try:
            tally.cart = count_pieces(owner=owner_of(request))
            tally.wishes = len(wished_skus(owner=owner_of(request)))
        except DatabaseError:
            return 0
    return max(tally.cart, 0)


def wished_by(request: ShopRequest) -> frozenset[str]:
    """Return the SKUs on the wishlist; no statement for the many who have none."""
    if request.tally.wishes == 0:
        return frozenset()
    try:
        return wished_skus(owner=owner_of(request))
    except DatabaseError:
        return frozenset()  # hearts are not worth a page that could be shown
