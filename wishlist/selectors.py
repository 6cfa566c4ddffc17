"""Questions about wishlists."""

from collections.abc import Iterable

from shop.core.visitor import Owner
from wishlist.locking import wishlists_of
from wishlist.models import Wishlist, WishlistItem
from wishlist.types import EMPTY_WISHLIST, WishlistItemView, WishlistView


def get_wishlist(*, customer_id: int | None = None, visitor: str | None = None) -> WishlistView:
    """Return the customer's wishlist or, without a customer, the visitor's; maybe an empty one."""
    owner = Owner(customer_id=customer_id, visitor=visitor or "")
    wishlist = wishlists_of(owner).prefetch_related("items").first()
    return view_of(wishlist, wishlist.items.all()) if wishlist else EMPTY_WISHLIST


def wished_skus(*, owner: Owner) -> frozenset[str]:
    """Return the owner's SKUs in one statement, for the hearts on cards and product pages."""
    items = WishlistItem.objects.filter(wishlist__in=wishlists_of(owner))
    return frozenset(items.values_list("sku", flat=True))


def view_of(wishlist: Wishlist, items: Iterable[WishlistItem]) -> WishlistView:
    """Return a stored wishlist as a value."""
    return WishlistView(
        id=wishlist.pk,
        items=tuple(WishlistItemView(sku=item.sku, added_at=item.added_at) for item in items),
    )
