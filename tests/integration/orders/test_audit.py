"""The audit catches each kind of bug: they are planted here, and found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from orders.archives import order_archive
from orders.archives.base import ArchiveEntry
from orders.audit import check_orders
from orders.listing_audit import repair_lists
from orders.models import ArchivedOrderRow, Order
from orders.selectors import get_order
from orders.services import cancel_order
from orders.types import OrderView
from payments.models import Payment, Refund, StateChange, WebhookEvent
from payments.services import expire_payment
from shop.core.models import OutboxMessage
from shop.core.stores import stores
from shop.operations.audit import run_audit
from tests.factories.accounts import make_customer
from tests.factories.checkout import order_of, pay, stock_product
from tests.integration.orders.doubles import Wrapped

pytestmark = pytest.mark.django_db


def wrong() -> set[str]:
    return {found.kind for found in run_audit() if not found.is_in_flight}


def timed_out(sku: str) -> str:
    number = order_of(sku)
    payment = Payment.objects.get(order_number=number)
    expire_payment(payment_id=payment.id, now=payment.expires_at)
    return number


@pytest.fixture
def unguarded() -> Callable[[str], None]:
    """Run SQL as a bug would that the database's own guard does not stop.

    Constraints are dropped in the test's transaction and so are back after it.
    """

    def run(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = "
                "'logistics_stock'::regclass AND contype = 'c'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE logistics_stock DROP CONSTRAINT {name}")
            cursor.execute(sql)

    return run


def test_a_healthy_shop_is_clean() -> None:
    stock_product("LAMP")
    pay(order_of("LAMP"))
    timed_out("LAMP")

    assert wrong() == set()
    call_command("audit")


def test_more_reserved_than_there_is(unguarded: Callable[[str], None]) -> None:
    stock_product("LAMP", 1)
    order_of("LAMP")

    unguarded("UPDATE logistics_stock SET reserved = reserved + 1")

    assert {"reserved-differs", "oversold"} <= wrong()


def test_a_reservation_released_twice() -> None:
    stock_product("LAMP")
    order_of("LAMP", 2)
    timed_out("LAMP")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE logistics_stock SET reserved = reserved - 1")

    assert "reserved-differs" in wrong()


def test_a_webhooks_effect_without_its_event() -> None:
    stock_product("LAMP")
    pay(order_of("LAMP"))

    StateChange.objects.update(webhook=None)
    WebhookEvent.objects.all().delete()

    assert "effect_without_event" in wrong()


def test_an_event_without_its_effect() -> None:
    stock_product("LAMP")
    pay(order_of("LAMP"))

    StateChange.objects.all().delete()

    assert {"event_without_effect", "payment_changed_without_cause"} <= wrong()


def test_an_outbox_row_deleted_before_its_refund_was_sent() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    pay(number)
    cancel_order(number=number, actor="staff", now=timezone.now())
    assert wrong() == set()

    OutboxMessage.objects.all().delete()

    assert "refund_stuck" in wrong()


def test_late_money_that_nobody_sends_back() -> None:
    stock_product("LAMP")
    number = timed_out("LAMP")
    pay(number)

    Refund.objects.all().delete()

    assert "captured_without_order_or_refund" in wrong()


def test_a_refund_of_another_amount() -> None:
    stock_product("LAMP")
    pay(timed_out("LAMP"))

    Refund.objects.update(amount_minor=1)

    assert "refund_of_another_amount" in wrong()


def test_an_order_confirmed_without_its_money() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    Order.objects.filter(number=number).update(status="confirmed")

    assert "order_and_payment_differ" in wrong()


def test_a_cancelled_order_whose_money_stays() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    pay(number)

    Order.objects.filter(number=number).update(status="cancelled")

    assert {"order_and_payment_differ", "final_order_holds_stock"} <= wrong()


def test_an_order_that_lost_its_stock() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE logistics_reservation SET status = 'released'")
        cursor.execute("UPDATE logistics_stock SET reserved = 0")

    assert "order_without_stock" in wrong()
    assert number


def test_an_archived_order_left_live() -> None:
    stock_product("LAMP")
    number = timed_out("LAMP")
    order_archive().save(get_order(number=number))
    assert wrong() == set()

    ArchivedOrderRow.objects.update(archived_at=timezone.now() - timedelta(hours=3))

    assert "archived_order_still_live" in wrong()


class CountingArchive(Wrapped):
    """Counts how often everything is read."""

    readings = 0

    def entries(self) -> Iterator[ArchiveEntry]:
        self.readings += 1
        return super().entries()


def test_the_archive_is_read_once_a_look() -> None:
    stock_product("LAMP")
    number = timed_out("LAMP")
    archive = CountingArchive(order_archive())
    archive.save(get_order(number=number))
    stores._stores["order_archive"] = archive
    try:
        found = list(check_orders())
    finally:
        stores.reset()

    assert [each.kind for each in found] == ["archived_order_still_live"]
    assert archive.readings == 1


def test_an_archived_order_that_cannot_be_read() -> None:
    stock_product("LAMP")
    number = timed_out("LAMP")
    order_archive().save(get_order(number=number))
    Order.objects.all().delete()

    ArchivedOrderRow.objects.update(body={})

    assert "archived_order_unreadable" in wrong()


class HalfListed(Wrapped):
    """Has lost its table of lists, but for what does not belong there."""

    is_mended = False

    def listed(self) -> Iterator[tuple[int, str]]:
        return super().listed() if self.is_mended else iter([(8, "GONE")])

    def save(self, order: OrderView) -> None:
        self.is_mended = True
        super().save(order)


def test_an_archived_order_that_its_customer_does_not_see_and_its_mending() -> None:
    stock_product("LAMP")
    customer = make_customer()
    number = timed_out("LAMP")
    order_archive().save(replace(get_order(number=number), customer_id=customer.pk))
    Order.objects.all().delete()
    stores._stores["order_archive"] = HalfListed(order_archive())
    try:
        found = {(each.kind, each.subject) for each in check_orders()}
        mended = repair_lists()
        left = list(check_orders())
    finally:
        stores.reset()

    assert found == {
        ("archived_order_not_listed", number),
        ("listed_order_not_archived", "GONE"),
    }
    assert (mended, left) == (1, [])


def test_a_dead_letter() -> None:
    stock_product("LAMP")
    order_of("LAMP")
    row = OutboxMessage.objects.first()
    assert row is not None

    OutboxMessage.objects.filter(pk=row.pk).update(parked_at=timezone.now())

    assert wrong() == {"outbox_parked"}
    with pytest.raises(SystemExit):
        call_command("audit")


def test_a_paid_order_that_vanished() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    pay(number)

    Order.objects.all().delete()

    assert {"payment_without_order", "stock_held_for_no_order"} <= wrong()


def test_an_order_that_holds_less_than_it_wants() -> None:
    stock_product("LAMP")
    order_of("LAMP", 3)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE logistics_reservation SET quantity = 1")
        cursor.execute("UPDATE logistics_stock SET reserved = 1")

    assert wrong() == {"order_stock_differs"}


def test_a_paid_order_whose_stock_was_never_committed() -> None:
    stock_product("LAMP")
    pay(order_of("LAMP"))

    with connection.cursor() as cursor:
        cursor.execute("UPDATE logistics_reservation SET status = 'held'")

    assert wrong() == {"final_order_holds_stock"}


def test_money_that_could_not_be_given_back() -> None:
    stock_product("LAMP")
    pay(timed_out("LAMP"))

    Refund.objects.update(state="failed")

    assert "refund_failed" in wrong()


def test_a_payment_that_nobody_times_out() -> None:
    stock_product("LAMP")
    order_of("LAMP")

    Payment.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert wrong() == {"payment_overdue"}
