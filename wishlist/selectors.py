"""Questions about wishlists."""

from collections.abc import Iterable

from django.db.models import Q

from shop.core.visitor import Owner
from wishlist.cursor import Position, from_cursor, to_cursor
from wishlist.locking import wishlists_of
from wishlist.models import Wishlist, WishlistItem
from wishlist.types import EMPTY_WISHLIST, WishlistItemView, WishlistView, WishPage


def get_wishlist(*, customer_id: int | None = None, visitor: str | None = None) -> WishlistView:
    """Return the customer's wishlist or, without a customer, the visitor's; maybe an empty one."""
    owner = Owner(customer_id=customer_id, visitor=visitor or "")
    wishlist = wishlists_of(owner).prefetch_related("items").first()
    return view_of(wishlist, wishlist.items.all()) if wishlist else EMPTY_WISHLIST


def wished_skus(*, owner: Owner) -> frozenset[str]:
    """Return the owner's SKUs in one statement, for the hearts on cards and product pages."""
    items = WishlistItem.objects.filter(wishlist__in=wishlists_of(owner))
    return frozenset(items.values_list("sku", flat=True))


def count_wishes(*, owner: Owner) -> int:
    """Return how many wishes there are, for the number in the header."""
    return WishlistItem.objects.filter(wishlist__in=wishlists_of(owner)).count()


def list_wishes(*, owner: Owner, cursor: str | None = None, limit: int) -> WishPage:
    """Return a page of the owner's wishes.

    :raises InvalidCursor: if it is none of ours
    """
    items = WishlistItem.objects.filter(wishlist__in=wishlists_of(owner))
    if cursor is not None:
        end = from_cursor(cursor)
        items = items.filter(
            Q(added_at__lt=end.added_at) | Q(added_at=end.added_at, id__lt=end.id)
        )
    found = list(items[: limit + 1])
    shown = found[:limit]
    has_more = len(found) > limit
    next_cursor = to_cursor(Position(shown[-1].added_at, shown[-1].pk)) if has_more else None
    return WishPage(items=tuple(map(item_view_of, shown)), next_cursor=next_cursor)


def view_of(wishlist: Wishlist, items: Iterable[WishlistItem]) -> WishlistView:
    """Return a stored wishlist as a value."""
    return WishlistView(
        id=wishlist.pk,
        items=tuple(map(item_view_of, items)),
    )


def item_view_of(item: WishlistItem) -> WishlistItemView:
    return WishlistItemView(sku=item.sku, added_at=item.added_at)
