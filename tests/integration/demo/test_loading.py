"""The demo shop as it stands after loading, and after loading again."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from pytest_django import Settings

from catalog.selectors import get_item, get_offers, list_categories
from catalog.services import save_product
from logistics.selectors import promises, serving_warehouses, warehouses_in_stock
from logistics.services import set_stock
from logistics.types import Promise
from orders.audit import check_orders
from orders.selectors import get_order, list_orders
from orders.states import OrderStatus
from payments.audit import check_payments
from shop.core.visitor import Destination
from shop.demo.loading import DemoReport, load_demo
from shop.demo.people import PASSWORD, customers, logins
from shop.demo.products import inputs
from shop.demo.stories import STORIES

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ANCHORAGE, SAN_JUAN, GUAM = (
    Destination(country="US", postal_code=code) for code in ("99501", "00901", "96910")
)
EVERYWHERE = [
    *(
        Destination(country="US", postal_code=code)
        for code in ("94103", "10001", "59718", "79901", "04609", "33040", "96822")
    ),
    ANCHORAGE,
    SAN_JUAN,
]


def promised(place: Destination) -> dict[str, Promise]:
    return promises(
        skus=[data.variants[0].sku for _, data in inputs()], destination=place, now=NOW
    )


@pytest.fixture(autouse=True)
def _books_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def test_demo_shop_is_loaded_whole_and_once(
    drain_outbox: Callable[[], int], capsys: pytest.CaptureFixture[str]
) -> None:
    report = load_demo(now=NOW)

    drain_outbox()
    assert report.products == len(inputs())
    assert report.people == len(list(logins()))
    _assert_catalog()
    _assert_reach()
    _assert_logins()
    _assert_orders()
    _assert_second_run_leaves_staff_changes_alone(capsys)


def _assert_catalog() -> None:
    categories = list_categories()
    assert len(categories) >= 12
    for top in categories:
        assert top.product_count == sum(leaf.product_count for leaf in top.children)
        assert all(leaf.product_count >= 8 for leaf in top.children)
    model, data = inputs()[0]
    item = get_item(sku=data.variants[0].sku)
    assert item.title == model.title
    assert item.status == "published"
    assert item.pictures[0].url.endswith(".svg")


def _assert_reach() -> None:
    reached = [set(promised(place)) for place in EVERYWHERE]
    assert all(reached)
    assert len(set.intersection(*reached)) >= 100
    mainland, anchorage = promised(EVERYWHERE[0]), promised(ANCHORAGE)
    assert 50 <= len(set(mainland) - set(anchorage)) <= 400
    assert serving_warehouses(destination=ANCHORAGE) == ("SCK1",)
    assert serving_warehouses(destination=SAN_JUAN) == ("ATL1",)
    assert promised(GUAM) == {}
    sku = next(iter(set.intersection(*reached)))
    assert mainland[sku].delivery_date < anchorage[sku].delivery_date
    assert mainland[sku].fee < anchorage[sku].fee


def _assert_logins() -> None:
    for login in logins():
        user = authenticate(email=login.email, password=PASSWORD)
        assert user is not None, login.email
        assert user.is_staff == login.is_staff


def _assert_orders() -> None:
    orders = [
        get_order(number=summary.number)
        for customer_id, _, _ in customers()
        for summary in list_orders(customer_id=customer_id, limit=50).orders
    ]
    assert {order.status for order in orders} == set(OrderStatus)
    assert len(orders) == sum(len(each) for each in STORIES.values())
    assert any(order.is_archived for order in orders)
    assert any(not order.is_archived for order in orders)
    for order in orders:
        times = [entry.at for entry in order.timeline]
        assert times == sorted(times)
        assert order.placed_at <= times[0]
        assert times[-1] <= NOW
        for refund in order.refunds:
            assert refund.state == "done"
    # NOW is long ago: the order that waits for its payment is overdue by today's clock.
    found = [*check_orders(), *check_payments()]
    assert {each.kind for each in found} == {"payment_overdue"}


def _assert_second_run_leaves_staff_changes_alone(capsys: pytest.CaptureFixture[str]) -> None:
    _, data = inputs()[0]
    sku = data.variants[0].sku
    (warehouse, *_) = warehouses_in_stock(skus=[sku])[sku]
    set_stock(warehouse_code=warehouse, sku=sku, on_hand=777)
    renamed = type(data)(**vars(data) | {"title": "Renamed by staff", "pictures": None})
    save_product(data=renamed)
    started = time.monotonic()

    report = load_demo(now=NOW)

    assert report == DemoReport()
    assert time.monotonic() - started < 5
    assert get_offers(skus=[sku])[sku].title == "Renamed by staff"
    call_command("load_demo")
    assert capsys.readouterr().out == "The demo data is all there.\n"
    call_command("demo_logins")
    assert PASSWORD in capsys.readouterr().out
