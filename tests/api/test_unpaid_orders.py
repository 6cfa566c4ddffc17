"""Ordering without paying: stock that is held, and mails to somebody else's address."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from orders.models import Order
from shop.api.shopper import new_cart_token
from tests.api.test_ordering import Phone, key, order_body
from tests.factories.checkout import stock_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_for_each_address(settings: Settings) -> None:
    settings.MAX_UNPAID_ORDERS_PER_ADDRESS = 2
    stock_product("LAMP", 50)


def place(address: str) -> Any:
    client, headers = Client(REMOTE_ADDR=address), {"X-Cart-Token": new_cart_token(), **key()}
    for path, body in (("/cart/lines/", {"sku": "LAMP"}), ("/orders/", order_body())):
        answer = client.generic(
            "POST",
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers=headers | key(),
        )
    return answer


def test_one_address_holds_only_so_much_with_however_many_cart_tokens() -> None:
    answers = [place("198.51.100.7") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[-1].json()["code"] == "too_many_unpaid_from_address"
    assert answers[-1].headers["Retry-After"] == "60"
    assert place("203.0.113.9").status_code == 201


def test_all_addresses_of_one_ipv6_network_are_one() -> None:
    answers = [place(f"2001:db8:1:2::{number}") for number in range(1, 4)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert place("2001:db8:1:3::1").status_code == 201


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_may_be_a_proxy_that_nobody_told_of_and_is_not_counted(address: str) -> None:
    assert [place(address).status_code for _ in range(3)] == [201] * 3
    assert not Order.objects.exclude(placed_from="").exists()


def test_placing_and_calling_off_again_and_again_mails_nobody(
    drain_outbox: Callable[[], int], mailoutbox: list[EmailMessage]
) -> None:
    phone = Phone()
    for _ in range(3):
        phone.send("POST", "/cart/lines/", {"sku": "LAMP"})
        body = order_body(email="victim@example.com")
        number = phone.send("POST", "/orders/", body, **key()).json()["number"]
        assert phone.send("POST", f"/orders/{number}/cancel/").status_code == 200

    drain_outbox()

    assert Order.objects.filter(status="payment_failed").count() == 3
    assert mailoutbox == []
