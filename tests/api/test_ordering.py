"""From a guest's cart to a paid order through the API, and one key that is sent many times."""

import json
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from logistics.models import Stock
from orders.models import Order
from payments.models import Payment
from shop.api.shopper import new_cart_token
from tests.factories.checkout import FEE, PRICE, stock_product

pytestmark = pytest.mark.django_db

ADDRESS = {
    "full_name": "Ada Park",
    "line1": "500 Howard Street",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94105",
}


class Phone:
    """A guest's app."""

    def __init__(self) -> None:
        self.token = new_cart_token()
        self.client = Client()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"X-Cart-Token": self.token, **headers},
        )


def order_body(total: int = PRICE + FEE, **changes: Any) -> dict[str, Any]:
    return {
        "email": "ada@example.com",
        "address": ADDRESS,
        "service_level": "standard",
        "expected_total": {"minor": total, "currency": "USD"},
        **changes,
    }


@pytest.fixture
def phone() -> Phone:
    stock_product("LAMP", 5)
    phone = Phone()
    assert phone.send("POST", "/cart/lines/", {"sku": "LAMP", "quantity": 1}).status_code == 201
    return phone


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def test_a_quote_says_what_placing_will_ask_for(phone: Phone) -> None:
    quote = phone.send("POST", "/checkout/quote/", {"postal_code": "94105"}).json()

    [option] = quote["options"]
    assert option["total"] == {"minor": PRICE + FEE, "currency": "USD", "text": "$24.99"}
    placed = phone.send("POST", "/orders/", order_body(option["total"]["minor"]), **key())
    assert placed.status_code == 201, placed.content
    assert placed.headers["Location"] == f"/api/v1/orders/{placed.json()['number']}/"
    assert placed.json()["status"] == "awaiting_payment"
    assert phone.send("GET", "/cart/").json()["lines"] == []


def test_the_same_key_gives_the_same_answer_and_one_order(phone: Phone) -> None:
    once = key()
    first = phone.send("POST", "/orders/", order_body(), **once)
    again = phone.send("POST", "/orders/", order_body(), **once)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(phone: Phone) -> None:
    once = key()
    phone.send("POST", "/orders/", order_body(), **once)

    other = phone.send("POST", "/orders/", order_body(email="eve@example.com"), **once)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.headers["Content-Type"] == "application/problem+json"


def test_a_refused_order_keeps_no_answer(phone: Phone) -> None:
    once = key()
    refused = phone.send("POST", "/orders/", order_body(1), **once)
    placed = phone.send("POST", "/orders/", order_body(), **once)

    assert (refused.status_code, refused.json()["code"]) == (409, "total_changed")
    assert refused.json()["total"] == {"minor": PRICE + FEE, "currency": "USD"}
    assert placed.status_code == 201


def test_placing_needs_a_key(phone: Phone) -> None:
    answer = phone.send("POST", "/orders/", order_body())

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")
    assert not Order.objects.exists()


def test_somebody_elses_order_does_not_exist(phone: Phone) -> None:
    number = phone.send("POST", "/orders/", order_body(), **key()).json()["number"]

    assert phone.send("GET", f"/orders/{number}/").status_code == 200
    assert Phone().send("GET", f"/orders/{number}/").status_code == 404
    assert Phone().send("POST", f"/orders/{number}/cancel/").status_code == 404
    assert [order["number"] for order in phone.send("GET", "/orders/").json()["orders"]] == [
        number
    ]


def test_cancelling_gives_the_stock_back_and_trying_again_the_cart(phone: Phone) -> None:
    number = phone.send("POST", "/orders/", order_body(), **key()).json()["number"]
    assert Stock.objects.get().reserved == 1

    cancelled = phone.send("POST", f"/orders/{number}/cancel/", **key())
    twice = phone.send("POST", f"/orders/{number}/cancel/")
    cart = phone.send("POST", f"/orders/{number}/try-again/", **key())

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "payment_failed")
    assert Stock.objects.get().reserved == 0
    assert (twice.status_code, twice.json()["code"]) == (409, "illegal_transition")
    assert [line["sku"] for line in cart.json()["lines"]] == ["LAMP"]


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_calls_at_once_place_one_order(phone: Phone, settings: Settings) -> None:
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 1_000)
    once = key()

    def place(_: int) -> Any:
        try:
            other = Phone()
            other.token = phone.token
            return other.send("POST", "/orders/", order_body(), **once)
        finally:
            connection.close()

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(place, range(50)))

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    assert statuses[201] >= 1
    assert {a.headers["Retry-After"] for a in answers if a.status_code == 409} <= {"1"}
    assert len({a.json()["number"] for a in answers if a.status_code == 201}) == 1
    assert Order.objects.count() == Payment.objects.count() == 1
    assert Stock.objects.get().reserved == 1
