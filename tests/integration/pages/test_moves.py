"""Items that move between cart and wishlist are in exactly one of them."""

import pytest

from cart.errors import InvalidQuantity
from cart.selectors import get_cart
from catalog.errors import ProductNotFound
from catalog.services import retire_product
from shop.pages.moves import move_to_cart, move_to_wishlist
from tests.factories.cart import fill_cart, make_guest
from tests.factories.catalog import make_product
from wishlist import services as wishlist
from wishlist.errors import WishlistFull
from wishlist.models import Wishlist, WishlistItem
from wishlist.selectors import get_wishlist

pytestmark = pytest.mark.django_db


def places(owner):
    cart = get_cart(visitor=owner.visitor)
    return (
        [(line.sku, line.quantity) for line in cart.lines],
        list(get_wishlist(visitor=owner.visitor).skus),
    )


def test_from_cart_to_wishlist_and_back():
    owner = make_guest()
    make_product(sku="LAMP")
    fill_cart(owner, LAMP=3)

    move_to_wishlist(owner=owner, sku="LAMP")
    move_to_wishlist(owner=owner, sku="LAMP")
    assert places(owner) == ([], ["LAMP"])

    move_to_cart(owner=owner, sku="LAMP")
    assert places(owner) == ([("LAMP", 1)], [])


def test_what_the_cart_refuses_stays_on_the_wishlist():
    owner = make_guest()
    make_product(sku="LAMP")
    fill_cart(owner, LAMP=99)
    wishlist.add(owner=owner, sku="LAMP")

    with pytest.raises(InvalidQuantity):
        move_to_cart(owner=owner, sku="LAMP")

    assert places(owner) == ([("LAMP", 99)], ["LAMP"])


def test_what_is_no_longer_sold_stays_in_the_cart():
    owner = make_guest()
    item = make_product(sku="LAMP")
    fill_cart(owner, LAMP=1)
    retire_product(product_id=item.product_id)

    with pytest.raises(ProductNotFound):
        move_to_wishlist(owner=owner, sku="LAMP")

    assert places(owner) == ([("LAMP", 1)], [])


def test_what_a_full_wishlist_refuses_stays_in_the_cart():
    owner = make_guest()
    make_product(sku="LAMP")
    make_product(sku="MUG")
    fill_cart(owner, LAMP=1)
    wishlist.add(owner=owner, sku="MUG")
    WishlistItem.objects.bulk_create(
        WishlistItem(wishlist=Wishlist.objects.get(), sku=f"S{number}") for number in range(499)
    )

    with pytest.raises(WishlistFull):
        move_to_wishlist(owner=owner, sku="LAMP")

    assert places(owner)[0] == [("LAMP", 1)]
