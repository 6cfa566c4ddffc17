"""Two at the archive at once: whoever is slower must not take the only copy. In threads."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.db import connection
from django.utils import timezone

from orders.archive_lock import OrderIsMoving
from orders.archives import OrderArchive, order_archive
from orders.archiving import forget_copy_of_changed
from orders.events import OrderStatusChanged
from orders.models import Order
from orders.selectors import get_order
from orders.services import archive_order, archive_orders
from orders.types import OrderView
from shop.core import outbox
from shop.core.errors import StoreUnavailable
from shop.core.stores import stores
from shop.core.visitor import Owner
from tests.factories.accounts import make_customer
from tests.factories.checkout import stock_product
from tests.integration.orders.doubles import UnreachableArchive, Wrapped
from tests.integration.orders.test_history import LATER, run_audit_clean, timed_out

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_each_archive")]

PATIENCE = 30.0

T = TypeVar("T")


class PausingArchive(Wrapped):
    """Stops the first caller just before it writes; the others pass."""

    def __init__(self, archive: OrderArchive, *, before: str) -> None:
        super().__init__(archive)
        self._before = before
        self._is_first = threading.Lock()
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def save(self, order: OrderView) -> None:
        self._pause("save")
        super().save(order)

    def delete(self, number: str) -> None:
        self._pause("delete")
        super().delete(number)

    def _pause(self, where: str) -> None:
        if where == self._before and self._is_first.acquire(blocking=False):
            self.reached.set()
            assert self.go_on.wait(PATIENCE)


@pytest.fixture
def number() -> str:
    stock_product("LAMP")
    return timed_out(Owner(customer_id=make_customer().pk))


@contextmanager
def archive_is(archive: OrderArchive) -> Iterator[None]:
    stores._stores["order_archive"] = archive
    try:
        yield
    finally:
        stores.reset()


def in_thread(call: Callable[[], T]) -> "Future[T]":
    def run() -> T:
        try:
            return call()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


def archived(number: str) -> bool:
    return archive_order(number=number, now=timezone.now())


def correct_email(number: str, email: str) -> None:
    """Do to a live order what makes its copy out of date."""
    assert Order.objects.filter(number=number).update(email=email)


def event(number: str) -> OrderStatusChanged:
    return OrderStatusChanged(
        order_number=number, old_status="delivered", new_status="returned", cause="staff"
    )


def test_a_slow_archiver_does_not_drop_the_copy_that_another_made(number: str) -> None:
    # It stops once it knows that its own copy is out of date, and before it drops that.
    late = PausingArchive(order_archive(), before="save")
    slow = PausingArchive(late, before="delete")
    with archive_is(slow):
        first = in_thread(lambda: archived(number))
        assert late.reached.wait(PATIENCE)
        correct_email(number, "new@example.com")
        late.go_on.set()
        assert slow.reached.wait(PATIENCE)

        moved = archived(number)
        slow.go_on.set()

        assert first.result(PATIENCE) is False
        assert get_order(number=number).email == "new@example.com"
        assert moved is False
        assert archived(number)
        assert get_order(number=number).email == "new@example.com"
        assert get_order(number=number).is_archived
    assert run_audit_clean()


def test_a_slow_archiver_does_not_put_an_old_copy_over_a_new_one(number: str) -> None:
    slow = PausingArchive(order_archive(), before="save")
    with archive_is(slow):
        first = in_thread(lambda: archived(number))
        assert slow.reached.wait(PATIENCE)
        correct_email(number, "new@example.com")

        archived(number)
        slow.go_on.set()
        first.exception(PATIENCE)

        assert get_order(number=number).email == "new@example.com"
        assert archived(number)
        assert get_order(number=number).email == "new@example.com"
    assert run_audit_clean()


def test_an_order_that_goes_on_is_not_archived_while_its_copy_is_dropped(number: str) -> None:
    order_archive().save(get_order(number=number))
    slow = PausingArchive(order_archive(), before="delete")
    with archive_is(slow):
        forgetting = in_thread(lambda: forget_copy_of_changed(event(number)))
        assert slow.reached.wait(PATIENCE)

        moved = archived(number)
        slow.go_on.set()
        forgetting.result(PATIENCE)

        assert get_order(number=number).number == number
        assert moved is False
        assert archived(number)
        assert get_order(number=number).is_archived


def test_the_copy_of_an_order_that_is_being_archived_is_dropped_later(number: str) -> None:
    slow = PausingArchive(order_archive(), before="save")
    with archive_is(slow):
        first = in_thread(lambda: archived(number))
        assert slow.reached.wait(PATIENCE)

        with pytest.raises(OrderIsMoving):
            forget_copy_of_changed(event(number))
        slow.go_on.set()

        assert first.result(PATIENCE)
        forget_copy_of_changed(event(number))
        assert get_order(number=number).is_archived


def test_many_archivers_move_each_order_once() -> None:
    stock_product("LAMP", 50)
    owner = Owner(customer_id=make_customer().pk)
    numbers = [timed_out(owner) for _ in range(8)]
    barrier = threading.Barrier(4)

    def run() -> int:
        barrier.wait(PATIENCE)
        return archive_orders(now=timezone.now() + LATER)

    moved = [future.result(PATIENCE) for future in [in_thread(run) for _ in range(4)]]

    assert sum(moved) == 8
    assert not Order.objects.exists()
    assert all(get_order(number=number).is_archived for number in numbers)


def test_whoever_fails_lets_the_next_one_have_it(number: str) -> None:
    with archive_is(UnreachableArchive(order_archive())), pytest.raises(StoreUnavailable):
        archived(number)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        assert cursor.fetchone()[0] == 0

    # This thread keeps its connection: another one has another.
    assert in_thread(lambda: archived(number)).result(PATIENCE)


def test_no_transaction_is_open_while_the_copy_is_dropped() -> None:
    name = "orders.archiving.forget_copy_of_changed"
    (found,) = [
        each for each in outbox.subscriptions().values() if each.name.split(":")[0] == name
    ]

    assert found.in_transaction is False
