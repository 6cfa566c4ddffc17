"""Wishlists of guests and customers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.services import record_sign_in
from catalog.errors import ProductNotFound
from shop.core.visitor import Owner
from tests.factories.cart import make_guest, make_owner
from tests.factories.catalog import make_draft, make_product
from wishlist import selectors, services
from wishlist.errors import InvalidCursor, NoOwner, WishlistFull
from wishlist.models import Wishlist, WishlistItem

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["guest", "customer"])
def owner(request):
    return make_guest() if request.param == "guest" else make_owner()


def skus_of(owner):
    return selectors.get_wishlist(customer_id=owner.customer_id, visitor=owner.visitor).skus


def fill(owner, count):
    services.add(owner=owner, sku="LAMP")
    wishlist = Wishlist.objects.get()
    WishlistItem.objects.bulk_create(
        WishlistItem(wishlist=wishlist, sku=f"S{number}") for number in range(count - 1)
    )


def come_home(guest, owner):
    """The guest signs in as the customer."""
    record_sign_in(customer_id=owner.customer_id, visitor=guest.visitor)


def test_wishes_are_listed_newest_first_and_each_once(owner):
    make_product(sku="LAMP")
    make_product(sku="MUG")

    services.add(owner=owner, sku="LAMP")
    services.add(owner=owner, sku="MUG")
    again = services.add(owner=owner, sku="LAMP")

    assert again.sku == "LAMP"
    assert skus_of(owner) == ("MUG", "LAMP")
    assert selectors.wished_skus(owner=owner) == {"LAMP", "MUG"}


def test_pages_go_on_where_the_last_one_ended_whatever_was_removed_since(owner):
    make_product(sku="LAMP")
    fill(owner, 5)  # four of them at the same instant
    first = selectors.list_wishes(owner=owner, limit=2)

    services.remove(owner=owner, sku=first.items[1].sku)
    second = selectors.list_wishes(owner=owner, limit=2, cursor=first.next_cursor)
    third = selectors.list_wishes(owner=owner, limit=2, cursor=second.next_cursor)

    pages = [[item.sku for item in page.items] for page in (first, second, third)]
    assert pages == [["S3", "S2"], ["S1", "S0"], ["LAMP"]]
    assert third.next_cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "WyJhIl0:1:2", "a" * 5000])
def test_a_cursor_that_is_none_of_ours_is_refused(owner, cursor):
    with pytest.raises(InvalidCursor):
        selectors.list_wishes(owner=owner, limit=2, cursor=cursor)


def test_a_wish_is_removed_once_or_twice(owner):
    make_product(sku="LAMP")
    services.add(owner=owner, sku="LAMP")

    services.remove(owner=owner, sku="LAMP")
    services.remove(owner=owner, sku="LAMP")

    assert skus_of(owner) == ()


def test_unknown_and_unpublished_products_are_refused(owner):
    make_draft(sku="DRAFT")

    for sku in ("NOPE", "DRAFT", ""):
        with pytest.raises(ProductNotFound):
            services.add(owner=owner, sku=sku)

    assert not Wishlist.objects.exists()


def test_the_five_hundred_and_first_wish_is_refused(owner):
    make_product(sku="LAMP")
    make_product(sku="LAST")
    fill(owner, 500)

    with pytest.raises(WishlistFull, match="at most 500 items"):
        services.add(owner=owner, sku="LAST")
    services.add(owner=owner, sku="LAMP")

    assert len(skus_of(owner)) == 500


def test_nobody_has_no_wishlist():
    make_product(sku="LAMP")

    with pytest.raises(NoOwner):
        services.add(owner=Owner(), sku="LAMP")

    assert skus_of(Owner()) == ()


def test_a_guests_wishes_come_along_at_sign_in():
    for sku in ("LAMP", "MUG", "PEN"):
        make_product(sku=sku)
    guest, owner = make_guest(), make_owner()
    services.add(owner=owner, sku="LAMP")
    for sku in ("MUG", "LAMP", "PEN"):
        services.add(owner=guest, sku=sku)

    for _ in range(2):
        come_home(guest, owner)

    assert sorted(skus_of(owner)) == ["LAMP", "MUG", "PEN"]
    assert skus_of(guest) == ()
    assert Wishlist.objects.count() == 1


def test_a_full_wishlist_takes_no_more_at_sign_in():
    make_product(sku="LAMP")
    make_product(sku="MUG")
    guest, owner = make_guest(), make_owner()
    fill(owner, 500)
    services.add(owner=guest, sku="MUG")

    come_home(guest, owner)

    assert len(skus_of(owner)) == 500


@pytest.mark.django_db(transaction=True)
def test_clicks_and_sign_ins_at_once_lose_and_double_nothing():
    for number in range(4):
        make_product(sku=f"S{number}")
    guest, owner = make_guest(), make_owner()

    def click(number):
        try:
            services.add(owner=guest, sku=f"S{number % 4}")
            come_home(guest, owner)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(click, range(12)))

    assert sorted(skus_of(owner)) == ["S0", "S1", "S2", "S3"]
    assert skus_of(guest) == ()


def test_forgotten_guest_wishlists_are_discarded():
    make_product(sku="LAMP")
    guest, customer = make_guest(), make_owner()
    for owner in (guest, customer):
        services.add(owner=owner, sku="LAMP")
    now = timezone.now()

    assert services.discard_old_guest_wishlists(now=now + timedelta(days=179)) == 0
    assert services.discard_old_guest_wishlists(now=now + timedelta(days=181)) == 1

    assert skus_of(guest) == ()
    assert skus_of(customer) == ("LAMP",)
