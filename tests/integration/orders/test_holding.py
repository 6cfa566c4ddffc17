"""Who does not pay holds only so much: a shopper, and all who shop from one network address."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from orders.errors import TooManyUnpaidFromAddress
from orders.models import Order
from tests.factories.checkout import Buyer, stock_product
from tests.factories.orders import pay

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _two_for_each_address(settings: Settings) -> None:
    settings.MAX_UNPAID_ORDERS_PER_ADDRESS = 2
    stock_product("LAMP", 50)


def place(address: str) -> str:
    return Buyer({"LAMP": 1}).fill_cart().place(network_address=address)


def test_a_new_cart_for_each_order_does_not_hold_ever_more_stock() -> None:
    numbers = [place(HERE) for _ in range(2)]

    with pytest.raises(TooManyUnpaidFromAddress):
        place(HERE)

    assert place(ELSEWHERE)
    pay(numbers[0])
    assert place(HERE)


def test_the_address_is_not_kept_and_its_digest_only_until_the_order_is_paid() -> None:
    number = place(HERE)
    kept = Order.objects.get(number=number).placed_from
    assert kept
    assert HERE not in kept

    pay(number)

    assert Order.objects.get(number=number).placed_from == ""


def test_orders_of_which_no_address_is_known_are_not_counted_together() -> None:
    assert all(place("") for _ in range(4))


@pytest.mark.django_db(transaction=True)
def test_no_more_are_let_in_by_coming_all_at_once() -> None:
    def try_it(_: int) -> bool:
        try:
            return bool(place(HERE))
        except TooManyUnpaidFromAddress:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        placed = list(pool.map(try_it, range(6)))

    assert placed.count(True) == Order.objects.count() == 2
