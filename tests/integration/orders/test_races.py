"""Races for the last unit, for one payment, for one key: on PostgreSQL, in threads."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection
from django.test import override_settings

from logistics.errors import InsufficientStock
from logistics.models import Stock
from orders.errors import KeyInUse
from orders.models import Order, TimelineEntry
from payments.models import Payment, Refund, WebhookEvent
from payments.services import expire_payment
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.operations.audit import run_audit
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE, PRICE, Buyer, order_of, pay, states, stock_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _clean_at_the_end(transactional_db: None) -> Iterator[None]:
    yield
    assert [found for found in run_audit() if not found.is_in_flight] == []


def all_at_once(calls: Sequence[Callable[[], T]]) -> list[T | DomainError]:
    """Start every call at the same moment; refusals are returned, anything else is raised."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | DomainError:
        try:
            barrier.wait(timeout=30)
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("warehouses", [1, 3])
def test_forty_buyers_for_ten_units(warehouses: int) -> None:
    make_product(sku="LAMP", price_minor=PRICE)
    for index in range(warehouses):
        warehouse = make_warehouse()
        make_lane(warehouse, fee_minor=FEE)
        put_stock("LAMP", 10 // warehouses + (index < 10 % warehouses), warehouse)
    buyers = [Buyer({"LAMP": 1}).fill_cart() for _ in range(40)]
    total = Money(PRICE + FEE)

    answers = all_at_once(
        [lambda buyer=buyer: buyer.place(expected_total=total) for buyer in buyers]  # type: ignore[misc]
    )

    placed = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, InsufficientStock)]
    assert (len(placed), len(refused)) == (10, 30)
    assert sum(stock.reserved for stock in Stock.objects.all()) == 10
    assert {refusal.shortages[0].available for refusal in refused} == {0}


def test_carts_with_the_same_lines_the_other_way_round_do_not_deadlock() -> None:
    stock_product("A", 100)
    stock_product("B", 100)
    there = [Buyer({"A": 1, "B": 1}).fill_cart() for _ in range(10)]
    back = [Buyer({"B": 1, "A": 1}).fill_cart() for _ in range(10)]

    answers = all_at_once([buyer.place for buyer in there + back])

    assert all(isinstance(answer, str) for answer in answers)
    assert [stock.reserved for stock in Stock.objects.order_by("sku")] == [20, 20]


def test_one_key_pressed_by_twenty_threads_places_one_order() -> None:
    stock_product("LAMP", 50)
    buyer = Buyer({"LAMP": 1}).fill_cart()
    key, total = uuid.uuid4().hex, Money(PRICE + FEE)

    answers = all_at_once([lambda: buyer.place(idempotency_key=key, expected_total=total)] * 20)

    assert Order.objects.count() == Payment.objects.count() == 1
    number = Order.objects.get().number
    assert number in answers
    assert all(answer == number or isinstance(answer, KeyInUse) for answer in answers)
    assert Stock.objects.get().reserved == 1


@pytest.mark.parametrize("round_number", range(5))
def test_success_and_timer_race_and_one_wins(round_number: int) -> None:
    stock_product("LAMP", 5)
    number = order_of("LAMP", window_seconds=1)
    payment = Payment.objects.get()

    all_at_once(
        [
            lambda: pay(number).verdict,
            lambda: str(expire_payment(payment_id=payment.id, now=payment.expires_at)),
        ]
    )

    won = ("confirmed", "succeeded")
    lost = ("payment_timed_out", "late_success")
    assert states(number) in {won, lost}
    assert Refund.objects.count() == (1 if states(number) == lost else 0)
    assert Stock.objects.get().reserved == (1 if states(number) == won else 0)


def test_one_message_ten_at_once_has_its_effect_once() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    answers = all_at_once([lambda: pay(number, event_id="evt_1")] * 10)

    assert [answer for answer in answers if isinstance(answer, DomainError)] == []
    assert WebhookEvent.objects.count() == 1
    assert TimelineEntry.objects.filter(status="confirmed").count() == 1
    assert states(number) == ("confirmed", "succeeded")


def test_ten_timers_release_the_stock_once() -> None:
    stock_product("LAMP", 5)
    order_of("LAMP", 2)
    keep = order_of("LAMP", 2)
    payment = Payment.objects.exclude(order_number=keep).get()

    answers = all_at_once(
        [lambda: expire_payment(payment_id=payment.id, now=payment.expires_at)] * 10
    )

    assert answers.count(True) == 1
    assert Stock.objects.get().reserved == 2


@override_settings(LATE_PAYMENT_POLICY="reinstate")
def test_late_money_and_a_new_buyer_race_for_the_last_unit() -> None:
    stock_product("LAMP", 1)
    number = order_of("LAMP")
    payment = Payment.objects.get()
    expire_payment(payment_id=payment.id, now=payment.expires_at)
    rival = Buyer({"LAMP": 1}).fill_cart()
    total = Money(PRICE + FEE)

    all_at_once([lambda: pay(number).verdict, lambda: rival.place(expected_total=total)])

    reinstated = states(number) == ("confirmed", "succeeded")
    assert Stock.objects.get().reserved == 1
    assert Refund.objects.count() == (0 if reinstated else 1)
    assert Order.objects.count() == (1 if reinstated else 2)
