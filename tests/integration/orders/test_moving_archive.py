"""A shop that grows into Cassandra takes its archived orders along."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orders.archives.cassandra import CassandraOrderArchive
from orders.archives.sql import SqlOrderArchive
from orders.archiving import archive_orders
from orders.models import ArchivedOrderRow, Order
from orders.selectors import get_order, list_orders
from shop.core.stores import stores
from shop.core.visitor import Owner
from tests.factories.accounts import make_customer
from tests.factories.checkout import stock_product
from tests.integration.orders.test_history import LATER, timed_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_stores() -> Iterator[None]:
    """Put the configured stores back."""
    yield
    stores.reset()


def archived(owner: Owner, count: int) -> list[str]:
    """Have a customer's unpaid orders archived in PostgreSQL; return their numbers."""
    stock_product("LAMP")
    numbers = [timed_out(owner) for _ in range(count)]
    assert archive_orders(now=timezone.now() + LATER) == count
    return numbers


@pytest.mark.servers
def test_every_order_moves_once_and_my_orders_shows_them(
    cassandra_archive: CassandraOrderArchive, own_stores: None
) -> None:
    customer = Owner(customer_id=make_customer().pk)
    numbers = archived(customer, 3)
    before = [get_order(number=number) for number in numbers]
    # Killed after the copy and before the deletion: it is there already.
    cassandra_archive.save(before[0])
    stores._stores["order_archive"] = cassandra_archive

    told = StringIO()
    call_command("move_archive", stdout=told, stderr=StringIO())

    assert told.getvalue() == "3 orders moved.\n"
    assert not ArchivedOrderRow.objects.exists()
    assert [get_order(number=number) for number in numbers] == before
    assert customer.customer_id is not None
    page = list_orders(customer_id=customer.customer_id)
    assert sorted(order.number for order in page.orders) == sorted(numbers)


def test_there_is_nothing_to_move_into_the_embedded_archive_itself() -> None:
    customer = Owner(customer_id=make_customer().pk)
    archived(customer, 1)

    with pytest.raises(CommandError, match="set CASSANDRA_URL first"):
        call_command("move_archive")

    assert len(list(SqlOrderArchive().entries())) == 1
    assert not Order.objects.exists()
