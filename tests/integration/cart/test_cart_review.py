"""The review of a cart against the real catalogue and stock."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cart.selectors import get_cart_review
from cart.types import NoticeKind
from catalog.services import retire_product
from shop.core.money import Money
from shop.core.visitor import Destination
from tests.factories.cart import fill_cart, make_guest
from tests.factories.catalog import change_product, make_product
from tests.factories.logistics import SAN_FRANCISCO, make_lane, put_stock

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def owner():
    return make_guest()


def review(owner, destination=SAN_FRANCISCO):
    return get_cart_review(owner=owner, destination=destination, now=MONDAY_NOON)


def test_a_cart_whose_world_changed_tells_all_of_it(owner):
    lane = make_lane("OAK", postal_areas="94", transit_days=2, fee_minor=500)
    far = make_lane("NYC", postal_areas="10")
    items = {sku: make_product(sku=sku, price_minor=1000) for sku in ("A", "B", "C", "D", "E")}
    for sku in ("A", "B", "C"):
        put_stock(sku, 3, lane.warehouse)
    put_stock("D", 10, far.warehouse)
    fill_cart(owner, A=1, B=5, C=1, D=1, E=1)
    change_product(items["A"], price_minor=1100)
    retire_product(product_id=items["C"].product_id)

    reviewed = review(owner)

    assert [(notice.sku, notice.kind) for notice in reviewed.notices] == [
        ("A", NoticeKind.PRICE_CHANGED),
        ("B", NoticeKind.ONLY_SOME_LEFT),
        ("C", NoticeKind.NOT_FOR_SALE),
        ("D", NoticeKind.NOT_DELIVERABLE),
        ("E", NoticeKind.OUT_OF_STOCK),
    ]
    first = reviewed.lines[0]
    assert (first.unit_price, first.delivery_date, first.delivery_fee) == (
        Money(1100),
        date(2026, 11, 25),
        Money(500),
    )
    assert reviewed.items_total == Money(1100 + 5000 + 1000 + 1000)


def test_without_an_address_no_date_is_promised_and_all_stock_counts(owner):
    lane = make_lane("OAK", postal_areas="94")
    make_product(sku="A")
    put_stock("A", 3, lane.warehouse)
    fill_cart(owner, A=3)

    reviewed = review(owner, destination=None)

    assert reviewed.notices == ()
    assert reviewed.lines[0].delivery_date is None


def test_an_empty_cart_asks_nobody_else(owner):
    with CaptureQueriesContext(connection) as asked:
        assert not review(owner).can_be_ordered

    assert len(asked) == 2


@pytest.mark.parametrize("destination", [SAN_FRANCISCO, None])
@pytest.mark.parametrize("line_count", [1, 25])
def test_the_number_of_statements_does_not_grow_with_the_lines(owner, line_count, destination):
    lane = make_lane("OAK", postal_areas="94")
    for number in range(line_count):
        make_product(sku=f"S{number}")
        if number % 2:
            put_stock(f"S{number}", 3, lane.warehouse)
        fill_cart(owner, **{f"S{number}": 1})

    with CaptureQueriesContext(connection) as asked:
        review(owner, destination)

    assert len(asked) <= 6


def test_an_address_nobody_delivers_to(owner):
    lane = make_lane("OAK", postal_areas="94")
    make_product(sku="A", title="Desk lamp")
    put_stock("A", 3, lane.warehouse)
    fill_cart(owner, A=1)
    anchorage = Destination(country="US", postal_code="99501", city="Anchorage", region="AK")

    [notice] = review(owner, anchorage).notices

    assert notice.message == "Desk lamp cannot be delivered to Anchorage 99501."
