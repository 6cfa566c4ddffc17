"""A shop that grows into Cassandra takes its archived orders along."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from orders.archive_lock import moving
from orders.archives import OrderArchive
from orders.archives.cassandra import CassandraOrderArchive
from orders.archives.sql import SqlOrderArchive
from orders.archiving import archive_orders
from orders.models import ArchivedOrderRow, Order
from orders.selectors import get_order, list_orders
from orders.services import return_order
from shop.core.stores import stores
from shop.core.visitor import Owner
from tests.factories.accounts import make_customer
from tests.factories.checkout import stock_product
from tests.integration.orders.doubles import ForgetfulArchive, UnlistedArchive, UnreachableArchive
from tests.integration.orders.test_history import LATER, delivered, timed_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _starts_embedded() -> Iterator[None]:
    """Archive in PostgreSQL until the test says otherwise; put the configured stores back."""
    stores._stores["order_archive"] = SqlOrderArchive()
    yield
    stores.reset()


def archived(owner: Owner, count: int) -> list[str]:
    """Have a customer's unpaid orders archived in PostgreSQL; return their numbers."""
    stock_product("LAMP")
    numbers = [timed_out(owner) for _ in range(count)]
    assert archive_orders(now=timezone.now() + LATER) == count
    return numbers


def grown(target: OrderArchive) -> str:
    """Move what is in PostgreSQL to `target` and return what the command tells."""
    stores._stores["order_archive"] = target
    told = StringIO()
    call_command("move_archive", stdout=told, stderr=StringIO())
    return told.getvalue()


def in_postgresql() -> list[str]:
    return sorted(entry.number for entry in SqlOrderArchive().entries())


@pytest.mark.servers
def test_every_order_moves_once_and_my_orders_shows_them(
    cassandra_archive: CassandraOrderArchive,
) -> None:
    customer = Owner(customer_id=make_customer().pk)
    numbers = archived(customer, 3)
    before = [get_order(number=number) for number in numbers]
    # Killed after the copy and before the deletion: it is there already.
    cassandra_archive.save(before[0])

    assert grown(cassandra_archive) == "3 orders moved.\n"

    assert not ArchivedOrderRow.objects.exists()
    assert [get_order(number=number) for number in numbers] == before
    assert customer.customer_id is not None
    page = list_orders(customer_id=customer.customer_id)
    assert sorted(order.number for order in page.orders) == sorted(numbers)


@pytest.mark.servers
def test_a_killed_archivers_copy_does_not_come_after_the_order_that_went_on(
    cassandra_archive: CassandraOrderArchive,
) -> None:
    stock_product("LAMP")
    number = delivered(Owner(customer_id=make_customer().pk))
    old = get_order(number=number)
    SqlOrderArchive().save(old)  # and killed: the order is live, too
    return_order(number=number, actor="staff", now=timezone.now())
    newer = get_order(number=number)

    assert grown(cassandra_archive) == "1 orders moved.\n"
    assert (in_postgresql(), list(cassandra_archive.entries())) == ([], [])
    assert not get_order(number=number).is_archived

    # The same, but it has reached the new archive meanwhile.
    SqlOrderArchive().save(old)
    cassandra_archive.save(newer)
    Order.objects.all().delete()

    grown(cassandra_archive)

    assert in_postgresql() == []
    assert cassandra_archive.get(number).status == "returned"


@pytest.mark.servers
def test_a_newer_copy_replaces_an_older_one(cassandra_archive: CassandraOrderArchive) -> None:
    (number,) = archived(Owner(customer_id=make_customer().pk), 1)
    newer = SqlOrderArchive().get(number)
    cassandra_archive.save(replace(newer, status_at=newer.status_at - LATER, email=""))

    grown(cassandra_archive)

    assert cassandra_archive.get(number) == newer


@pytest.mark.servers
def test_what_cannot_be_moved_stays_is_told_and_does_not_keep_the_others(
    cassandra_archive: CassandraOrderArchive,
) -> None:
    customer = Owner(customer_id=make_customer().pk)
    unreadable, lost, unlisted, other, *good = archived(customer, 6)
    ArchivedOrderRow.objects.filter(number=unreadable).update(body={})
    cassandra_archive.save(replace(SqlOrderArchive().get(other), email="else@example.com"))
    target = UnlistedArchive(ForgetfulArchive(cassandra_archive, forgets=lost), hides=unlisted)

    with pytest.raises(CommandError, match="4 orders could not be moved"):
        grown(target)

    assert in_postgresql() == sorted([unreadable, lost, unlisted, other])
    assert all(cassandra_archive.get(number).number == number for number in good)
    assert cassandra_archive.get(other).email == "else@example.com"


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_an_order_that_an_archiver_has_is_left_for_the_next_run(
    cassandra_archive: CassandraOrderArchive,
) -> None:
    numbers = archived(Owner(customer_id=make_customer().pk), 2)
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with moving(numbers[0]):
                taken.set()
                assert done.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        assert taken.wait(30)
        try:
            with pytest.raises(CommandError, match="1 orders could not be moved"):
                grown(cassandra_archive)
        finally:
            done.set()
        held.result(30)
    assert in_postgresql() == numbers[:1]

    assert grown(cassandra_archive) == "1 orders moved.\n"
    assert in_postgresql() == []


@pytest.mark.servers
def test_an_archive_that_does_not_answer_loses_nothing(
    cassandra_archive: CassandraOrderArchive,
) -> None:
    numbers = archived(Owner(customer_id=make_customer().pk), 2)

    with pytest.raises(CommandError, match="Run it again"):
        grown(UnreachableArchive(cassandra_archive))

    assert in_postgresql() == sorted(numbers)


def test_there_is_nothing_to_move_into_the_embedded_archive_itself() -> None:
    customer = Owner(customer_id=make_customer().pk)
    archived(customer, 1)

    with pytest.raises(CommandError, match="set CASSANDRA_URL first"):
        call_command("move_archive")

    assert len(list(SqlOrderArchive().entries())) == 1
    assert not Order.objects.exists()
