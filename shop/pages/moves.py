"""Moving an item between cart and wishlist: two apps, one transaction."""

from django.db import transaction

from cart import services as cart
from shop.core.visitor import Owner
from wishlist import services as wishlist


@transaction.atomic
def move_to_wishlist(*, owner: Owner, sku: str) -> None:
    """Take a line out of the cart and keep it on the wishlist; twice is as good as once.

    :raises ProductNotFound: if it is not sold any more; it then stays in the cart
    :raises WishlistFull: at 500 items; it then stays in the cart
    """
    # Everybody locks the cart before the wishlist.
    if sku not in cart.lock_cart(owner=owner).skus:
        return
    wishlist.add(owner=owner, sku=sku)
    cart.remove_line(owner=owner, sku=sku)


@transaction.atomic
def move_to_cart(*, owner: Owner, sku: str, quantity: int | str = 1) -> None:
    """Put a wish in the cart and take it off the wishlist.

    :raises ProductNotFound, NotForSale: if it cannot be bought; it then stays on the wishlist
    :raises InvalidQuantity, CartFull: if the cart cannot take it; it then stays on the wishlist
    """
    cart.add_line(owner=owner, sku=sku, quantity=quantity)
    wishlist.remove(owner=owner, sku=sku)
