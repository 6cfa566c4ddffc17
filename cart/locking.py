"""Finding or making the one cart of an owner, locked."""

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from cart.errors import NoOwner
from cart.models import Cart
from shop.core.visitor import Owner


def carts_of(owner: Owner) -> QuerySet[Cart]:
    """Select the owner's cart; a customer's goes before the browser's visitor's."""
    if owner.customer_id is not None:
        return Cart.objects.filter(customer_id=owner.customer_id)
    if owner.visitor:
        return Cart.objects.filter(visitor=owner.visitor)
    return Cart.objects.none()


def find_locked(owner: Owner) -> Cart | None:
    """Return the owner's cart with its row locked until the transaction ends, or None."""
    return carts_of(owner).select_for_update().first()


def obtain_locked(owner: Owner) -> Cart:
    """Return the owner's cart locked, made if need be.

    :raises NoOwner: if there is neither a customer nor a visitor
    """
    if owner.customer_id is None and not owner.visitor:
        raise NoOwner
    cart = find_locked(owner)
    while cart is None:
        # Two first clicks at once: the unique index lets one cart in, and the loser goes on with
        # it. A loop, for that cart may be merged away between our insert and our lock.
        visitor = owner.visitor if owner.customer_id is None else None
        new = Cart(customer_id=owner.customer_id, visitor=visitor)
        Cart.objects.bulk_create([new], ignore_conflicts=True)
        cart = find_locked(owner)
    return cart


def bump_version(cart_id: int) -> None:
    """Count a change of a cart that the caller has locked."""
    # auto_now does not run in update(), and retention goes by updated_at.
    Cart.objects.filter(pk=cart_id).update(version=F("version") + 1, updated_at=Now())
