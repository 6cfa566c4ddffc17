"""Finding or making the one wishlist of an owner, locked."""

from django.db.models import QuerySet

from shop.core.visitor import Owner
from wishlist.errors import NoOwner
from wishlist.models import Wishlist


def wishlists_of(owner: Owner) -> QuerySet[Wishlist]:
    """Select the owner's wishlist; a customer's goes before the browser's visitor's."""
    if owner.customer_id is not None:
        return Wishlist.objects.filter(customer_id=owner.customer_id)
    if owner.visitor:
        return Wishlist.objects.filter(visitor=owner.visitor)
    return Wishlist.objects.none()


def find_locked(owner: Owner) -> Wishlist | None:
    """Return the owner's wishlist with its row locked until the transaction ends, or None."""
    return wishlists_of(owner).select_for_update().first()


def obtain_locked(owner: Owner) -> Wishlist:
    """Return the owner's wishlist locked, made if need be.

    :raises NoOwner: if there is neither a customer nor a visitor
    """
    if owner.customer_id is None and not owner.visitor:
        raise NoOwner
    wishlist = find_locked(owner)
    while wishlist is None:
        # Two first clicks at once: the unique index lets one in, and the loser goes on with it.
        # A loop, for that wishlist may be merged away between our insert and our lock.
        visitor = owner.visitor if owner.customer_id is None else None
        new = Wishlist(customer_id=owner.customer_id, visitor=visitor)
        Wishlist.objects.bulk_create([new], ignore_conflicts=True)
        wishlist = find_locked(owner)
    return wishlist
