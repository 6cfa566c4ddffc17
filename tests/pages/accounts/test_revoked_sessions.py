"""A session that was ended elsewhere opens nothing that is the customer's own."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.services import save_address
from cart.selectors import get_cart
from catalog.selectors import get_item
from orders.models import Order
from orders.states import OrderStatus
from shop.core import cache
from shop.core.visitor import Owner
from tests.factories.accounts import make_address, make_customer
from tests.factories.orders import pay, place_order
from tests.factories.shopping import make_sold_product, put_in_cart
from wishlist.selectors import get_wishlist
from wishlist.services import add as add_wish

pytestmark = pytest.mark.django_db


def change_password(customer):
    customer.set_password("another battery staple")
    customer.save()


def close_account(customer):
    customer.is_active = False
    customer.save()


@pytest.fixture
def customer(client):
    customer = make_customer()
    client.force_login(customer)
    make_sold_product("LAMP", price_minor=1999, title="Trail Lantern")
    return customer


@pytest.fixture
def number(customer):
    """A paid order of the customer's, one more lantern in the cart and one on the wishlist."""
    owner = Owner(customer_id=customer.pk, visitor="home")
    number = place_order(owner=owner)
    pay(number)
    place_order(owner=owner)
    add_wish(owner=owner, sku="LAMP")
    return number


@pytest.fixture(params=[change_password, close_account])
def revoked(request, client, customer, number):
    """The client, and the number of an order that its session may not open any more."""
    put_in_cart(client, "LAMP")
    client.get("/")
    request.param(customer)
    return client, number


def test_orders_are_neither_listed_nor_shown(revoked):
    client, number = revoked

    assert number not in client.get("/orders/").text
    assert client.get(f"/orders/{number}/").status_code == 404
    assert client.get(f"/orders/{number}/news/").status_code == 404


@pytest.mark.parametrize("action", ["pay", "cancel", "try-again"])
def test_nothing_can_be_done_to_an_order(revoked, action):
    client, number = revoked

    assert client.post(f"/orders/{number}/{action}/").status_code == 404
    assert Order.objects.get(number=number).status == OrderStatus.CONFIRMED


def test_cart_and_wishlist_are_a_guests_and_empty(revoked, customer):
    client, _ = revoked

    assert client.get("/cart/").context["page"].count == 0
    assert client.get("/wishlist/").context["wishes"] == ()
    put_in_cart(client, "LAMP", 5)
    client.post("/wishlist/lines/", {"sku": "LAMP", "remove": "1"})
    assert get_cart(customer_id=customer.pk).count == 1
    assert get_wishlist(customer_id=customer.pk).skus == ("LAMP",)


def test_the_first_change_after_it_is_a_guests_too(revoked, customer):
    client, _ = revoked

    put_in_cart(client, "LAMP", 5)

    assert get_cart(customer_id=customer.pk).count == 1
    assert client.get("/").context["chrome"].cart_count == 5


def test_checkout_shows_no_address_book(client, customer):
    save_address(customer_id=customer.pk, address=make_address(line1="1 Secret Street"))
    client.get("/")
    change_password(customer)
    put_in_cart(client, "LAMP")

    page = client.get("/checkout/")

    assert "Secret Street" not in page.text
    assert page.context["customer"] is None


def test_neither_the_usual_address_nor_a_heart_is_told(client, customer):
    lamp = get_item(sku="LAMP").url()
    add_wish(owner=Owner(customer_id=customer.pk), sku="LAMP")
    assert 'aria-pressed="true"' in client.get(lamp).text
    save_address(customer_id=customer.pk, address=make_address(postal_code="94105"))
    close_account(customer)

    page = client.get(lamp)

    assert page.wsgi_request.deliver_to is None
    assert 'aria-pressed="true"' not in page.text


def test_the_header_offers_to_sign_in_again(revoked):
    client, _ = revoked

    page = client.get("/cart/")

    assert 'href="/accounts/login/">' in page.text
    assert not client.get("/").context["chrome"].is_signed_in


def test_logging_out_ends_the_session_while_the_cache_does_not_answer(client, customer):
    stolen = client.cookies["sessionid"].value
    assert client.get("/account/").status_code == 200
    cache.breaker.trip()

    client.post("/accounts/logout/")

    cache.breaker.reset()
    assert not Session.objects.filter(session_key=stolen).exists()
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/account/").status_code == 302
    assert not thief.get("/").context["chrome"].is_signed_in


def test_a_change_of_the_session_is_there_although_the_cache_was_not(client, customer):
    cache.breaker.trip()
    session = client.session
    session["seen"] = "yes"
    session.save()
    cache.breaker.reset()

    assert client.session["seen"] == "yes"


@pytest.mark.parametrize("https", [True, False])
def test_our_cookies_are_as_secure_as_the_site(client, settings, https):
    settings.HTTPS = https

    answer = client.post("/deliver-to/", {"postal_code": "94103"})

    assert {bool(answer.cookies[name]["secure"]) for name in ("visitor", "deliver_to")} == {https}
