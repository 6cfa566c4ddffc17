"""Live and archived orders are one history, whatever moves meanwhile."""

from datetime import datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from orders.archives import order_archive
from orders.copying import copy_order
from orders.errors import InvalidCursor, OrderNotFound
from orders.models import Order, OrderLine, TimelineEntry
from orders.selectors import get_order, list_orders
from orders.services import (
    archive_orders,
    cancel_order,
    deliver_order,
    pack_order,
    return_order,
    ship_order,
)
from payments.models import Payment
from payments.services import expire_payment
from shop.core import outbox
from shop.core.errors import StoreUnavailable
from shop.core.stores import stores
from shop.core.visitor import Owner
from shop.operations.audit import run_audit
from tests.factories.accounts import make_customer
from tests.factories.checkout import Buyer, pay, stock_product
from tests.integration.orders.doubles import (
    ForgetfulArchive,
    UnlistedArchive,
    UnreachableArchive,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_each_archive")]

LATER = timedelta(days=60)


@pytest.fixture
def customer() -> Owner:
    return Owner(customer_id=make_customer().pk)


def timed_out(owner: Owner, *, at: datetime | None = None) -> str:
    number = Buyer({"LAMP": 1}, owner=owner).fill_cart().place(now=at or timezone.now())
    payment = Payment.objects.get(order_number=number)
    expire_payment(payment_id=payment.id, now=payment.expires_at)
    return number


def delivered(owner: Owner) -> str:
    number = Buyer({"LAMP": 1}, owner=owner).fill_cart().place()
    pay(number)
    now = timezone.now()
    pack_order(number=number, actor="staff", now=now)
    tracking = dict.fromkeys(get_order(number=number).warehouse_codes, "1Z999")
    ship_order(number=number, tracking=tracking, actor="staff", now=now)
    deliver_order(number=number, actor="staff", now=now)
    return number


def test_a_finished_order_moves_and_looks_the_same(customer: Owner) -> None:
    stock_product("LAMP")
    number = delivered(customer)
    before = get_order(number=number)

    assert archive_orders(now=timezone.now() + LATER) == 1

    after = get_order(number=number)
    assert not Order.objects.exists()
    assert not OrderLine.objects.exists()
    assert not TimelineEntry.objects.exists()
    assert after.is_archived
    assert (after.lines, after.timeline, after.shipments, after.payment, after.total) == (
        before.lines,
        before.timeline,
        before.shipments,
        before.payment,
        before.total,
    )
    assert run_audit_clean()


def test_an_order_too_young_or_unsettled_stays(customer: Owner) -> None:
    stock_product("LAMP")
    timed_out(customer)
    refunding = Buyer({"LAMP": 1}, owner=customer).fill_cart().place()
    pay(refunding)
    cancel_order(number=refunding, actor="staff", now=timezone.now())

    assert archive_orders(now=timezone.now()) == 0
    assert archive_orders(now=timezone.now() + LATER) == 1
    assert Order.objects.get().number == refunding


def test_one_list_pages_over_live_and_archived_orders(customer: Owner) -> None:
    stock_product("LAMP", 50)
    start = timezone.now() - timedelta(days=100)
    numbers = [timed_out(customer, at=start + timedelta(days=day)) for day in range(9)]
    Order.objects.filter(number__in=numbers[1::2]).update(status_at=timezone.now())
    assert archive_orders(now=timezone.now()) == 5

    seen: list[str] = []
    cursor = None
    while True:
        page = list_orders(customer_id=customer.customer_id or 0, cursor=cursor, limit=2)
        seen += [order.number for order in page.orders]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == numbers[::-1]


def test_pages_stay_stable_while_orders_move(customer: Owner) -> None:
    stock_product("LAMP", 50)
    start = timezone.now() - timedelta(days=100)
    numbers = [timed_out(customer, at=start + timedelta(days=day)) for day in range(6)]
    first = list_orders(customer_id=customer.customer_id or 0, limit=3)
    archive_orders(now=timezone.now() + LATER)

    second = list_orders(customer_id=customer.customer_id or 0, cursor=first.next_cursor, limit=3)

    shown = [order.number for order in (*first.orders, *second.orders)]
    assert shown == numbers[::-1]
    assert second.next_cursor is None


def test_while_both_copies_exist_the_live_one_is_shown_once(customer: Owner) -> None:
    stock_product("LAMP")
    number = timed_out(customer)
    order_archive().save(get_order(number=number))

    page = list_orders(customer_id=customer.customer_id or 0)

    assert [(order.number, order.is_archived) for order in page.orders] == [(number, False)]
    assert [found.kind for found in run_audit() if "archived" in found.kind] == [
        "archived_order_still_live"
    ]
    assert run_audit_clean()


def test_killed_after_the_copy_the_next_run_goes_on(customer: Owner) -> None:
    stock_product("LAMP")
    number = timed_out(customer)
    copy_order(order_archive(), get_order(number=number))

    assert archive_orders(now=timezone.now() + LATER) == 1

    assert get_order(number=number).is_archived


def test_an_order_that_changes_after_the_copy_stays_live_and_loses_the_copy(
    customer: Owner,
) -> None:
    stock_product("LAMP")
    number = delivered(customer)
    copy_order(order_archive(), get_order(number=number))

    return_order(number=number, actor="staff", now=timezone.now())
    outbox.deliver_due(now=timezone.now())

    assert Order.objects.get().status == "returned"
    assert list(order_archive().entries()) == []


def test_one_order_that_cannot_be_archived_does_not_keep_the_others(customer: Owner) -> None:
    stock_product("LAMP")
    stuck, moves = sorted([timed_out(customer), timed_out(customer)])
    stores._stores["order_archive"] = ForgetfulArchive(order_archive(), forgets=stuck)
    try:
        assert archive_orders(now=timezone.now() + LATER) == 1
    finally:
        stores.reset()

    assert Order.objects.get().number == stuck
    assert get_order(number=moves).is_archived


def test_an_order_that_its_customer_would_not_find_stays_live(customer: Owner) -> None:
    stock_product("LAMP")
    moment = timezone.now()
    stuck, *moving = sorted([timed_out(customer, at=moment) for _ in range(3)], reverse=True)
    stores._stores["order_archive"] = UnlistedArchive(order_archive(), hides=stuck)
    try:
        assert archive_orders(now=timezone.now() + LATER) == 2
    finally:
        stores.reset()

    assert Order.objects.get().number == stuck
    assert all(get_order(number=number).is_archived for number in moving)


def test_without_the_archive_live_orders_are_shown_and_nothing_moves(customer: Owner) -> None:
    stock_product("LAMP")
    number = timed_out(customer)
    stores._stores["order_archive"] = UnreachableArchive(order_archive())
    try:
        page = list_orders(customer_id=customer.customer_id or 0)
        with pytest.raises(StoreUnavailable):
            archive_orders(now=timezone.now() + LATER)
    finally:
        stores.reset()

    assert [order.number for order in page.orders] == [number]
    assert page.archive_available is False
    assert Order.objects.count() == 1


def test_late_money_for_an_archived_order_is_refunded(customer: Owner) -> None:
    stock_product("LAMP")
    number = timed_out(customer)
    archive_orders(now=timezone.now() + LATER)

    with override_settings(LATE_PAYMENT_POLICY="reinstate"):
        pay(number)

    order = get_order(number=number)
    assert order.is_archived
    assert [refund.state for refund in order.refunds] == ["requested"]
    assert run_audit_clean()


def test_a_cursor_that_is_not_ours_is_refused(customer: Owner) -> None:
    with pytest.raises(InvalidCursor):
        list_orders(customer_id=customer.customer_id or 0, cursor="made-up")


def test_an_order_that_is_nowhere() -> None:
    with pytest.raises(OrderNotFound):
        get_order(number="ZZZZ-ZZZZ-ZZZZ")


def run_audit_clean() -> bool:
    return [found for found in run_audit() if not found.is_in_flight] == []
