"""`If-Match`: what the caller has not seen is neither changed nor ordered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from accounts.models import User
from orders.models import Order
from tests.api.client import App
from tests.api.test_ordering import key, order_body
from tests.factories.checkout import FEE, PRICE, stock_product

pytestmark = pytest.mark.django_db

AT_ONCE = 4


def shopping() -> App:
    app = App()
    app.start_cart()
    return app


def etag_of(app: App) -> str:
    return str(app.get("/cart/").headers["ETag"])


def add(app: App, sku: str = "LAMP", **headers: str) -> int:
    return int(app.post("/cart/lines/", {"sku": sku}, **headers).status_code)


def add_once(app: App, seen: str, _: int) -> int:
    return add(app, If_Match=seen)


def all_at_once(call: Callable[[int], int]) -> list[int]:
    def in_thread(number: int) -> int:
        try:
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(in_thread, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_of_several_who_saw_the_empty_cart_one_puts_something_in() -> None:
    stock_product("LAMP", 50)
    for _ in range(5):
        app = shopping()
        seen = etag_of(app)

        answers = all_at_once(partial(add_once, app, seen))

        assert answers == [201, 412, 412, 412]
        assert app.get("/cart/").json()["count"] == 1


def test_who_saw_the_empty_cart_may_be_the_first_after_a_refusal() -> None:
    app = shopping()
    seen = etag_of(app)
    assert add(app, "NONE", If_Match=seen) == 404

    stock_product("LAMP", 5)

    assert add(app, If_Match=seen) == 201


def test_a_guests_tag_says_nothing_of_the_customers_cart(customer: User) -> None:
    stock_product("LAMP", 5)
    guest, signed_in = shopping(), App()
    signed_in.sign_in(customer.email)
    assert add(guest) == add(signed_in) == 201
    of_guest, of_customer = guest.get("/cart/"), signed_in.get("/cart/")
    assert of_guest.json() == of_customer.json()

    refused = signed_in.delete("/cart/", If_Match=of_guest.headers["ETag"])

    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert signed_in.delete("/cart/", If_Match=of_customer.headers["ETag"]).status_code == 200


def test_what_was_seen_is_ordered() -> None:
    stock_product("LAMP", 5)
    app = shopping()
    add(app)

    placed = app.call("POST", "/orders/", order_body(), If_Match=etag_of(app), **key())

    assert placed.status_code == 201


def test_another_cart_than_was_seen_is_not_ordered_though_it_costs_the_same() -> None:
    stock_product("LAMP", 5)
    stock_product("VASE", 5)
    app = shopping()
    add(app)
    seen = etag_of(app)
    app.delete("/cart/")
    add(app, "VASE")

    refused = app.call("POST", "/orders/", order_body(PRICE + FEE), If_Match=seen, **key())

    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert not Order.objects.exists()
    assert app.get("/cart/").json()["count"] == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_change_and_an_order_at_once_one_is_too_late() -> None:
    stock_product("LAMP", 50)
    app = shopping()
    add(app)
    seen = etag_of(app)

    def call(number: int) -> int:
        if number % 2:
            return add(app, If_Match=seen)
        answer = app.call("POST", "/orders/", order_body(), If_Match=seen, **key())
        return int(answer.status_code)

    assert all_at_once(call) == [201, 412, 412, 412]
