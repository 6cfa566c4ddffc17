"""Calls that no honest app makes, and calls while something is away."""

import json
import uuid

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from orders.models import Order
from shop.core import cache as cache_module
from shop.core.order_links import sign_order_link
from shop.live.access import listener_of
from tests.api.client import API, AUTH, App
from tests.api.test_ordering import order_body
from tests.factories.accounts import PASSWORD
from tests.factories.checkout import stock_product

pytestmark = pytest.mark.django_db

DEEP = "[" * 100_000 + "]" * 100_000


def send(method: str, path: str, body: str) -> HttpResponse:
    answer = Client(raise_request_exception=False).generic(
        method, f"{API}{path}", body, content_type="application/json"
    )
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize("limit", ["000000001000", "1" * 30, "1" * 5000, "0", "-1", "1.0", "²"])
def test_a_limit_is_a_number_that_may_be_asked_for(app: App, limit: str) -> None:
    app.start_cart()

    assert app.get(f"/orders/?limit={limit}").status_code == 422
    assert app.get(f"/products/?limit={limit}").status_code == 422


@pytest.mark.parametrize("path", ["/events/", "/checkout/quote/"])
def test_what_is_nested_too_deep_cannot_be_read(app: App, path: str) -> None:
    app.start_cart()
    answer = app._http.generic(
        "POST",
        f"{API}{path}",
        DEEP,
        content_type="application/json",
        headers={"X-Cart-Token": app.cart_token},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_nor_can_it_be_while_signing_in() -> None:
    answer = send("POST", f"{AUTH}/auth/login", DEEP)

    assert answer.status_code == 400


def test_while_redis_is_away_people_sign_in(customer: User) -> None:
    cache_module.breaker.trip()
    app, browser = App(), Client()

    assert app.sign_in(customer.email).status_code == 200
    answer = browser.post("/accounts/login/", {"login": customer.email, "password": PASSWORD})

    assert answer.status_code == 302
    wrong = json.dumps({"email": customer.email, "password": "wrong"})
    assert send("POST", f"{AUTH}/auth/login", wrong).status_code == 400


def test_a_cookie_has_no_say_in_the_language() -> None:
    client = Client()
    client.cookies["django_language"] = "es"

    english = client.get(f"{API}/shop/", headers={"Accept-Language": "en"})
    spanish = client.get(f"{API}/shop/", headers={"Accept-Language": "fr, es-MX;q=0.9"})
    neither = client.get(f"{API}/shop/", headers={"Accept-Language": "fr"})

    languages = [each.headers["Content-Language"] for each in (english, spanish, neither)]
    assert languages == ["en", "es", "en"]


def test_what_belongs_to_somebody_is_asked_about_each_time(signed_in: App) -> None:
    kept = signed_in.get("/orders/").headers["Cache-Control"]

    assert set(kept.split(", ")) == {"private", "no-cache"}


def test_who_has_a_link_gets_the_lines_and_leaves_the_order_alone(signed_in: App) -> None:
    stock_product("LAMP", 5)
    signed_in.post("/cart/lines/", {"sku": "LAMP"})
    body = order_body()
    del body["email"]
    placed = signed_in.post("/orders/", body, Idempotency_Key=uuid.uuid4().hex)
    number = placed.json()["number"]
    assert signed_in.post(f"/orders/{number}/cancel/").status_code == 200
    token = sign_order_link(number).partition("token=")[2]
    stranger = App()
    stranger.start_cart()

    answer = stranger.post(f"/orders/{number}/try-again/?token={token}")

    assert [line["sku"] for line in answer.json()["lines"]] == ["LAMP"]
    assert Order.objects.get().cart_restored_at is None
    assert signed_in.post(f"/orders/{number}/try-again/").status_code == 200
    assert Order.objects.get().cart_restored_at is not None


def test_cookies_of_other_sites_do_not_matter_to_live_tracking(customer: User) -> None:
    browser = Client()
    browser.force_login(customer)
    session = browser.cookies["sessionid"].value
    cookie = f"a/b=1; [x]; sessionid={session}; =".encode()

    found = listener_of({"headers": [(b"cookie", cookie)], "query_string": b""})

    assert found.owner.customer_id == customer.pk
