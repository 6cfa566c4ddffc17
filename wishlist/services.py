"""Commands on wishlists; each is idempotent, and locks the list that it changes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from catalog.errors import ProductNotFound
from catalog.selectors import get_offers
from shop.core.visitor import Owner
from wishlist.errors import WishlistFull
from wishlist.locking import find_locked, obtain_locked
from wishlist.models import Wishlist, WishlistItem
from wishlist.selectors import item_view_of
from wishlist.types import WishlistItemView

MAX_ITEMS = 500


@transaction.atomic
def add(*, owner: Owner, sku: str) -> WishlistItemView:
    """Put a SKU on the wishlist; one that is on it already stays where it is.

    :raises ProductNotFound: if there is no such SKU, or it is not published
    :raises WishlistFull: at 500 items
    """
    offer = get_offers(skus=[sku]).get(sku)
    if offer is None or not offer.is_published:
        raise ProductNotFound(sku)
    wishlist = obtain_locked(owner)
    item = wishlist.items.filter(sku=sku).first()
    if item is not None:
        return item_view_of(item)
    if wishlist.items.count() >= MAX_ITEMS:
        raise WishlistFull(MAX_ITEMS)
    item = WishlistItem.objects.create(wishlist=wishlist, sku=sku)
    _touch(wishlist)
    return item_view_of(item)


@transaction.atomic
def remove(*, owner: Owner, sku: str) -> None:
    """Take a SKU off the wishlist; one that is not on it is no error."""
    wishlist = find_locked(owner)
    if wishlist is not None:
        wishlist.items.filter(sku=sku).delete()
        _touch(wishlist)


@transaction.atomic
def merge_wishlists(*, customer_id: int, visitor: str) -> None:
    """Move a guest's wishes to the customer's list; the oldest of too many are dropped.

    The guest's list is gone afterwards, so that whoever comes second finds nothing to do.
    """
    guest = find_locked(Owner(visitor=visitor)) if visitor else None
    if guest is None:
        return
    wishlist = obtain_locked(Owner(customer_id=customer_id))
    held = set(wishlist.items.values_list("sku", flat=True))
    new = [item for item in guest.items.all() if item.sku not in held]
    WishlistItem.objects.bulk_create(
        WishlistItem(wishlist=wishlist, sku=item.sku, added_at=item.added_at)
        for item in new[: max(0, MAX_ITEMS - len(held))]
    )
    guest.delete()
    _touch(wishlist)


def discard_old_guest_wishlists(
    *, now: datetime, older_than: timedelta = timedelta(days=180)
) -> int:
    """Delete the lists that guests left untouched for so long, and return how many."""
    stale = Wishlist.objects.filter(visitor__isnull=False, updated_at__lt=now - older_than)
    _, per_table = stale.delete()
    return per_table.get("wishlist.Wishlist", 0)


def _touch(wishlist: Wishlist) -> None:
    # Retention goes by it.
    Wishlist.objects.filter(pk=wishlist.pk).update(updated_at=Now())
