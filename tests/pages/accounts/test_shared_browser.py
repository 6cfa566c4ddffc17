"""A browser that several people use: what one did there is not for the next."""

import pytest

from orders.models import Order
from orders.states import OrderStatus
from shop.core.order_links import sign_order_link
from shop.core.visitor import Owner
from tests.factories.accounts import PASSWORD, make_customer
from tests.factories.orders import place_order
from tests.factories.shopping import make_sold_product, owner_of, put_in_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp():
    return make_sold_product("LAMP", title="Trail Lantern")


def sign_in(client, customer):
    data = {"login": customer.email, "password": PASSWORD}
    return client.post("/accounts/login/", data)


def visitor_of(client):
    client.get("/cart/")
    return owner_of(client).visitor


def test_a_guests_orders_are_hidden_from_who_signs_in_later_and_after_that(client, lamp):
    number = place_order(owner=owner_of(client))
    assert client.get(f"/orders/{number}/").status_code == 200

    sign_in(client, make_customer())
    assert client.get(f"/orders/{number}/").status_code == 404

    client.post("/accounts/logout/")
    assert client.get(f"/orders/{number}/").status_code == 404
    assert number not in client.get("/orders/").text


def test_the_visitor_is_another_after_log_in_and_after_log_out(client, lamp):
    visitors = [visitor_of(client)]
    sign_in(client, make_customer())
    visitors.append(visitor_of(client))
    client.post("/accounts/logout/")
    visitors.append(visitor_of(client))

    assert len(set(visitors)) == 3
    assert visitor_of(client) == visitors[-1]


def test_the_cart_comes_along_into_the_account_and_stays_there(client, lamp):
    put_in_cart(client, "LAMP", 2)

    sign_in(client, make_customer())
    assert "Trail Lantern" in client.get("/cart/").text

    client.post("/accounts/logout/")
    assert "Your cart is empty" in client.get("/cart/").text


def test_a_log_in_that_is_refused_changes_nothing(client, lamp):
    before = visitor_of(client)

    client.post("/accounts/login/", {"login": "ada@example.com", "password": "wrong"})

    assert visitor_of(client) == before


@pytest.mark.parametrize("who", ["nobody", "another customer"])
def test_a_link_shows_a_customers_order_but_does_not_cancel_it(client, lamp, who):
    customer = make_customer()
    number = place_order(owner=Owner(customer_id=customer.pk, visitor="home"))
    token = sign_order_link(number).partition("token=")[2]
    if who == "another customer":
        client.force_login(make_customer())

    page = client.get(sign_order_link(number))
    answer = client.post(f"/orders/{number}/cancel/", {"token": token})

    assert page.status_code == 200
    assert f"/orders/{number}/cancel/" not in page.text
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/accounts/login/?next=")
    assert Order.objects.get().status == OrderStatus.AWAITING_PAYMENT


def test_the_customer_cancels_and_a_guest_with_the_link_does(client, lamp):
    customer = make_customer()
    own = place_order(owner=Owner(customer_id=customer.pk, visitor="home"))
    guests = place_order(owner=Owner(visitor="somebody"))
    token = sign_order_link(guests).partition("token=")[2]

    client.post(f"/orders/{guests}/cancel/", {"token": token})
    client.force_login(customer)
    client.post(f"/orders/{own}/cancel/")

    for number in (own, guests):
        assert Order.objects.get(number=number).status != OrderStatus.AWAITING_PAYMENT


@pytest.mark.parametrize(
    "path", ["/robots.txt", "/favicon.ico", "/readyz", "/livez", "/media/none.jpg"]
)
def test_what_is_the_same_for_all_sets_no_cookie(client, path):
    assert not client.get(path).cookies


def test_a_page_that_sets_a_cookie_is_kept_by_no_cache_in_between(client, lamp):
    page = client.get("/robots.txt"), client.get("/")

    assert not page[0].headers.get("Vary", "").count("Cookie")
    assert "visitor" in page[1].cookies
    assert "private" in page[1].headers["Cache-Control"]
    assert "Cookie" in page[1].headers["Vary"]
