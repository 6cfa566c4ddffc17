"""With the real Cassandra away, archiving waits, loses nothing and goes on by itself."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from orders.archives import order_archive
from orders.archives.cassandra import CassandraOrderArchive
from orders.models import Order
from orders.selectors import get_order, list_orders
from orders.services import archive_orders
from shop.core.errors import StoreUnavailable
from shop.core.stores import stores
from shop.core.visitor import Owner
from tests.contracts.orders.cassandra_archives import (
    answers_within,
    server_address,
    url_of,
)
from tests.factories.accounts import make_customer
from tests.factories.checkout import stock_product
from tests.faulty_proxy import FaultyProxy
from tests.integration.orders.test_history import LATER, run_audit_clean, timed_out

pytestmark = [pytest.mark.servers, pytest.mark.django_db]

TIMEOUT = 2.0
PAUSE = 0.5


@pytest.fixture
def customer() -> Owner:
    return Owner(customer_id=make_customer().pk)


@pytest.fixture
def proxy(
    cassandra_archive: CassandraOrderArchive, settings: LazySettings
) -> Iterator[FaultyProxy]:
    """Stand between the shop and its archive."""
    with FaultyProxy(server_address()) as proxy:
        settings.STORES = {
            **settings.STORES,
            "order_archive": {
                "BACKEND": "orders.archives.cassandra.CassandraOrderArchive",
                "OPTIONS": {
                    "url": url_of(proxy=proxy),
                    "timeout_seconds": TIMEOUT,
                    "pause_seconds": PAUSE,
                },
            },
        }
        archive = stores["order_archive"]
        assert answers_within(20, lambda: list(archive.entries()))
        yield proxy
        archive.connection.close()


def numbers_shown(customer: Owner) -> tuple[list[str], bool]:
    page = list_orders(customer_id=customer.customer_id or 0)
    return [order.number for order in page.orders], page.archive_available


@pytest.mark.parametrize("way", ["refuse", "hang"])
def test_archiving_waits_for_the_archive_and_loses_nothing(
    proxy: FaultyProxy, customer: Owner, way: str
) -> None:
    stock_product("LAMP", 50)
    start = timezone.now() - timedelta(days=100)
    numbers = [timed_out(customer, at=start + timedelta(days=day)) for day in range(5)]
    Order.objects.filter(number__in=numbers[3:]).update(status_at=timezone.now())
    assert archive_orders(now=timezone.now()) == 3
    newest_first = numbers[::-1]
    assert numbers_shown(customer) == (newest_first, True)

    getattr(proxy, way)()

    with pytest.raises(StoreUnavailable):
        archive_orders(now=timezone.now() + LATER)
    assert numbers_shown(customer) == (newest_first[:2], False)
    with pytest.raises(StoreUnavailable):
        get_order(number=numbers[0])

    proxy.heal()
    assert answers_within(20, lambda: get_order(number=numbers[0]))
    assert numbers_shown(customer) == (newest_first, True)
    assert archive_orders(now=timezone.now() + LATER) == 2
    assert numbers_shown(customer) == (newest_first, True)
    assert not Order.objects.exists()
    assert run_audit_clean()


def test_a_dead_archive_costs_a_page_one_time_out_a_pause(
    proxy: FaultyProxy, customer: Owner
) -> None:
    proxy.hang()

    seconds = []
    for _ in range(5):
        started = time.monotonic()
        assert numbers_shown(customer) == ([], False)
        seconds.append(time.monotonic() - started)

    assert seconds[0] < TIMEOUT + 1
    assert sum(seconds[1:]) < TIMEOUT


def test_killed_between_the_copy_and_the_row_the_next_run_goes_on(
    proxy: FaultyProxy, customer: Owner
) -> None:
    stock_product("LAMP")
    number = timed_out(customer)
    order_archive().save(get_order(number=number))

    assert numbers_shown(customer) == ([number], True)
    assert archive_orders(now=timezone.now() + LATER) == 1

    assert get_order(number=number).is_archived
    assert numbers_shown(customer) == ([number], True)
    assert run_audit_clean()
