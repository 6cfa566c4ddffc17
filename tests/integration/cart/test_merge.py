"""A guest's cart when the guest signs in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.services import record_sign_in
from cart import selectors, services
from cart.models import Cart
from shop.core.money import Money
from shop.core.visitor import Owner
from tests.factories.accounts import PASSWORD, make_customer
from tests.factories.cart import fill_cart, make_guest, make_owner
from tests.factories.catalog import change_product, make_product


def lines_of(customer_id):
    return [
        (line.sku, line.quantity) for line in selectors.get_cart(customer_id=customer_id).lines
    ]


def come_home(guest, owner):
    """The guest signs in as the customer."""
    record_sign_in(customer_id=owner.customer_id, visitor=guest.visitor)


@pytest.mark.django_db
def test_quantities_add_up_to_at_most_99():
    for sku in ("LAMP", "MUG", "PEN"):
        make_product(sku=sku)
    guest, owner = make_guest(), make_owner()
    fill_cart(owner, LAMP=60, MUG=1)
    fill_cart(guest, LAMP=50, PEN=2, MUG=3)

    come_home(guest, owner)

    assert sorted(lines_of(owner.customer_id)) == [("LAMP", 99), ("MUG", 4), ("PEN", 2)]
    assert selectors.get_cart(visitor=guest.visitor).lines == ()
    assert Cart.objects.count() == 1


@pytest.mark.django_db
def test_signing_in_again_changes_nothing():
    make_product(sku="LAMP")
    guest, owner = make_guest(), make_owner()
    fill_cart(guest, LAMP=2)

    come_home(guest, owner)
    version = selectors.get_cart(customer_id=owner.customer_id).version
    come_home(guest, owner)

    assert lines_of(owner.customer_id) == [("LAMP", 2)]
    assert selectors.get_cart(customer_id=owner.customer_id).version == version


@pytest.mark.django_db
def test_the_price_the_guest_saw_last_is_kept():
    item = make_product(sku="LAMP", price_minor=1000)
    guest, owner = make_guest(), make_owner()
    fill_cart(owner, LAMP=1)
    change_product(item, price_minor=1500)
    fill_cart(guest, LAMP=1)

    come_home(guest, owner)

    [line] = selectors.get_cart(customer_id=owner.customer_id).lines
    assert (line.quantity, line.unit_price_seen) == (2, Money(1500))


@pytest.mark.django_db
def test_the_log_in_page_merges(client):
    make_product(sku="LAMP")
    customer = make_customer(email="ada@example.com")
    visitor = client.get("/accounts/login/").wsgi_request.visitor
    fill_cart(Owner(visitor=visitor), LAMP=2)

    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})

    assert lines_of(customer.pk) == [("LAMP", 2)]


@pytest.mark.django_db(transaction=True)
def test_many_tabs_signing_in_at_once_merge_once():
    make_product(sku="LAMP")
    guest, owner = make_guest(), make_owner()
    fill_cart(guest, LAMP=7)

    def sign_in(_):
        try:
            come_home(guest, owner)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(sign_in, range(12)))

    assert lines_of(owner.customer_id) == [("LAMP", 7)]
    assert Cart.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_first_clicks_at_once_make_one_cart_and_lose_none():
    make_product(sku="LAMP")
    guest = make_guest()

    def add(_):
        try:
            services.add_line(owner=guest, sku="LAMP", quantity=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(12)))

    cart = selectors.get_cart(visitor=guest.visitor)
    assert (cart.count, cart.version) == (12, 12)


@pytest.mark.django_db(transaction=True)
def test_adding_while_signing_in_loses_nothing():
    make_product(sku="LAMP")
    guest, owner = make_guest(), make_owner()
    fill_cart(guest, LAMP=5)
    tasks = [
        lambda: come_home(guest, owner),
        lambda: services.add_line(owner=guest, sku="LAMP", quantity=1),
        lambda: services.add_line(owner=owner, sku="LAMP", quantity=1),
    ]

    def run(task):
        try:
            task()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, tasks * 3))
    come_home(guest, owner)

    assert lines_of(owner.customer_id) == [("LAMP", 11)]
