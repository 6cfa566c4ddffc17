"""Placing an order: everything of it happens, or nothing."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import InvalidAddress
from cart.selectors import get_cart
from catalog.services import retire_product
from logistics.errors import DeliveryNotPossible, InsufficientStock
from logistics.models import Reservation, Stock
from orders.errors import (
    CartIsEmpty,
    InvalidCheckout,
    KeyReused,
    NotForSaleAnyMore,
    TooManyUnpaidOrders,
    TotalChanged,
)
from orders.models import Order, OrderLine, TimelineEntry
from orders.selectors import get_order
from payments.models import Payment
from shop.core.errors import DomainError
from shop.core.models import OutboxMessage
from shop.core.money import Money
from shop.operations.audit import run_audit
from tests.factories.accounts import make_address
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE, PRICE, Buyer, pay, stock_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock

pytestmark = pytest.mark.django_db


def nothing_happened() -> bool:
    tables = (Order, OrderLine, TimelineEntry, Payment, Reservation)
    return not any(table.objects.exists() for table in tables)


def test_an_order_holds_its_stock_and_waits_for_its_payment() -> None:
    stock_product("LAMP", 3)
    buyer = Buyer({"LAMP": 2}).fill_cart()
    now = timezone.now()

    number = buyer.place(now=now, window_seconds=60)

    order = get_order(number=number)
    assert order.status == "awaiting_payment"
    assert order.total == Money(2 * PRICE + FEE)
    assert [(line.sku, line.quantity, line.unit_price.minor) for line in order.lines] == [
        ("LAMP", 2, PRICE)
    ]
    assert order.payment is not None
    assert (order.payment.state, order.payment.amount) == ("pending", order.total)
    assert (order.payment.expires_at - now).total_seconds() == 60
    stock = Stock.objects.get(sku="LAMP")
    assert (stock.on_hand, stock.reserved) == (3, 2)
    assert get_cart(visitor=buyer.owner.visitor).lines == ()
    assert [entry.cause for entry in order.timeline] == ["placed"]


def test_the_number_of_statements_does_not_grow_with_the_lines(
    django_assert_max_num_queries: Any,
) -> None:
    warehouse = make_warehouse()
    make_lane(warehouse, fee_minor=FEE)
    skus = [f"S{number}" for number in range(20)]
    for sku in skus:
        make_product(sku=sku, price_minor=PRICE)
        put_stock(sku, 5, warehouse)
    buyer = Buyer(dict.fromkeys(skus, 1)).fill_cart()
    total = buyer.total(timezone.now())

    with django_assert_max_num_queries(27):
        number = buyer.place(expected_total=total)

    assert len(get_order(number=number).lines) == 20


def test_the_same_key_gives_the_same_order() -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 1}).fill_cart()
    total, key = Money(PRICE + FEE), uuid.uuid4().hex

    first = buyer.place(idempotency_key=key, expected_total=total)
    second = buyer.place(idempotency_key=key, expected_total=total)

    assert first == second
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused() -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 1}).fill_cart()
    total, key = Money(PRICE + FEE), uuid.uuid4().hex
    buyer.place(idempotency_key=key, expected_total=total)

    with pytest.raises(KeyReused):
        buyer.place(idempotency_key=key, expected_total=total, email="other@example.com")

    assert Order.objects.count() == 1


def test_a_shopper_who_does_not_pay_cannot_hold_ever_more_stock() -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 1})
    for _ in range(5):
        buyer.fill_cart().place()
    buyer.fill_cart()

    with pytest.raises(TooManyUnpaidOrders):
        buyer.place()

    assert Order.objects.count() == 5
    pay(Order.objects.earliest("placed_at").number)
    assert buyer.place()


def test_an_empty_cart_is_refused() -> None:
    stock_product("LAMP")

    with pytest.raises(CartIsEmpty):
        Buyer({}).place(expected_total=Money(FEE))

    assert nothing_happened()


def test_a_retired_product_in_the_cart_is_named() -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 1}).fill_cart()
    from_catalog = make_product(sku="OTHER")
    buyer.lines = {"LAMP": 1, "OTHER": 1}
    Buyer({"OTHER": 1}, owner=buyer.owner).fill_cart()
    retire_product(product_id=from_catalog.product_id)

    with pytest.raises(NotForSaleAnyMore) as raised:
        buyer.place(expected_total=Money(2 * PRICE + FEE))

    assert raised.value.skus == ("OTHER",)
    assert nothing_happened()


def test_a_total_that_is_not_the_agreed_one_is_refused() -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 1}).fill_cart()

    with pytest.raises(TotalChanged) as raised:
        buyer.place(expected_total=Money(PRICE))

    assert raised.value.actual == Money(PRICE + FEE)
    assert nothing_happened()
    assert get_cart(visitor=buyer.owner.visitor).count == 1


def test_too_few_left_is_said_by_line_and_count() -> None:
    stock_product("LAMP", 2)
    buyer = Buyer({"LAMP": 3}).fill_cart()

    with pytest.raises(InsufficientStock) as raised:
        buyer.place(expected_total=Money(3 * PRICE + FEE))

    shortage = raised.value.shortages[0]
    assert (shortage.sku, shortage.requested, shortage.available) == ("LAMP", 3, 2)
    assert nothing_happened()


def test_what_does_not_reach_the_address_is_refused() -> None:
    make_product(sku="LAMP", price_minor=PRICE)
    warehouse = make_warehouse()
    make_lane(warehouse, postal_areas="10", fee_minor=FEE)
    put_stock("LAMP", 5, warehouse)
    buyer = Buyer({"LAMP": 1}, address=make_address()).fill_cart()

    with pytest.raises(DeliveryNotPossible) as raised:
        buyer.place(expected_total=Money(PRICE + FEE))

    assert raised.value.skus == ("LAMP",)
    assert nothing_happened()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"email": "no address"}, InvalidCheckout),
        ({"idempotency_key": "short"}, InvalidCheckout),
        ({"idempotency_key": "with a space"}, InvalidCheckout),
        ({"address": make_address(postal_code="00000")}, InvalidAddress),
        ({"service_level": "teleport"}, DomainError),
    ],
)
def test_bad_input_is_refused(wrong: dict[str, Any], error: type[Exception]) -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 1}).fill_cart()

    with pytest.raises(error):
        buyer.place(expected_total=Money(PRICE + FEE), **wrong)

    assert nothing_happened()


def test_placing_leaves_nothing_for_the_audit() -> None:
    stock_product("LAMP")

    Buyer({"LAMP": 1}).fill_cart().place()

    assert [found for found in run_audit() if not found.is_in_flight] == []
    assert OutboxMessage.objects.filter(parked_at__isnull=False).count() == 0
