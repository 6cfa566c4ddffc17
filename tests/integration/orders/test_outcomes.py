"""Every outcome of a payment, and what becomes of order, stock and money."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from cart.selectors import get_cart
from logistics.models import Reservation, Stock
from orders.models import TimelineEntry
from orders.selectors import get_order
from orders.services import cancel_order, restore_cart
from payments.models import Payment, Refund, WebhookEvent
from payments.services import abandon_payment, expire_payment
from shop.operations.audit import run_audit
from tests.factories.checkout import Buyer, order_of, pay, states, stock_product, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clean_at_the_end(db: None) -> Iterator[None]:
    """Whatever happened, the audit finds nothing wrong at the end."""
    yield
    assert [found for found in run_audit() if not found.is_in_flight] == []


def stock(sku: str = "LAMP") -> tuple[int, int]:
    row = Stock.objects.get(sku=sku)
    return row.on_hand, row.reserved


def expire(number: str) -> bool:
    payment = Payment.objects.get(order_number=number)
    return expire_payment(payment_id=payment.id, now=payment.expires_at)


def test_success_in_time_confirms_the_order_and_commits_its_stock() -> None:
    stock_product("LAMP", 3)
    number = order_of("LAMP", 2)

    answer = pay(number)

    assert answer.verdict == "applied"
    assert states(number) == ("confirmed", "succeeded")
    assert stock() == (3, 2)
    assert set(Reservation.objects.values_list("status", flat=True)) == {"committed"}
    assert [entry.status for entry in get_order(number=number).timeline] == [
        "awaiting_payment",
        "confirmed",
    ]


@pytest.mark.parametrize("kind", ["payment.failed", "payment.cancelled"])
def test_failure_gives_the_stock_back(kind: str) -> None:
    stock_product("LAMP", 3)
    number = order_of("LAMP", 2)

    tell(kind, number)

    assert states(number) == ("payment_failed", "failed")
    assert stock() == (3, 0)


def test_a_declined_card_changes_nothing_yet() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    assert tell("card.declined", number).verdict == "ignored"

    assert states(number) == ("awaiting_payment", "pending")


def test_no_answer_times_out_when_the_window_is_over_and_not_before() -> None:
    stock_product("LAMP", 3)
    number = order_of("LAMP", 2, window_seconds=60)
    payment = Payment.objects.get()

    before = expire_payment(payment_id=payment.id, now=payment.expires_at - timedelta(seconds=1))

    assert before is False
    assert expire(number) is True
    assert expire(number) is False
    assert states(number) == ("payment_timed_out", "timed_out")
    assert stock() == (3, 0)


def test_a_success_that_finds_the_payment_pending_wins_however_late() -> None:
    stock_product("LAMP")
    number = order_of("LAMP", now=timezone.now() - timedelta(hours=1), window_seconds=1)

    pay(number)

    assert states(number) == ("confirmed", "succeeded")
    assert expire(number) is False


def test_late_money_is_refunded() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    expire(number)

    answer = pay(number)

    refund = Refund.objects.get()
    assert answer.verdict == "applied"
    assert states(number) == ("payment_timed_out", "late_success")
    assert (refund.state, refund.amount) == ("requested", Payment.objects.get().amount)
    assert stock() == (10, 0)


@override_settings(LATE_PAYMENT_POLICY="reinstate")
def test_late_money_reinstates_the_order_by_policy() -> None:
    stock_product("LAMP", 3)
    number = order_of("LAMP", 2)
    expire(number)

    pay(number)

    assert states(number) == ("confirmed", "succeeded")
    assert stock() == (3, 2)
    assert not Refund.objects.exists()
    assert TimelineEntry.objects.latest("id").cause == "reinstated"


@override_settings(LATE_PAYMENT_POLICY="reinstate")
def test_late_money_after_a_failure_reinstates_as_well() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    tell("payment.failed", number)

    pay(number)

    assert states(number) == ("confirmed", "succeeded")


@override_settings(LATE_PAYMENT_POLICY="reinstate")
def test_late_money_is_refunded_when_the_stock_is_gone() -> None:
    stock_product("LAMP", 1)
    number = order_of("LAMP")
    expire(number)
    other = order_of("LAMP")
    pay(other)

    pay(number)

    assert states(number) == ("payment_timed_out", "late_success")
    assert Refund.objects.get().payment.order_number == number
    assert stock() == (1, 1)


@override_settings(LATE_PAYMENT_POLICY="reinstate")
def test_late_money_is_refunded_when_the_shopper_ordered_again() -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 1}).fill_cart()
    number = buyer.place()
    expire(number)
    restore_cart(number=number, owner=buyer.owner)
    again = buyer.place()

    pay(number)
    pay(again)

    assert states(number) == ("payment_timed_out", "late_success")
    assert states(again) == ("confirmed", "succeeded")
    assert Refund.objects.get().payment.order_number == number


@override_settings(LATE_PAYMENT_POLICY="reinstate")
def test_money_for_an_order_that_the_customer_cancelled_is_refunded() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    cancel_order(number=number, actor="customer", now=timezone.now())

    pay(number)

    assert states(number) == ("payment_failed", "late_success")
    assert Refund.objects.count() == 1


@override_settings(LATE_PAYMENT_POLICY="reinstate")
def test_a_reinstated_orders_lines_leave_the_restored_cart(
    drain_outbox: Callable[[], int],
) -> None:
    stock_product("LAMP")
    stock_product("CHAIR")
    buyer = Buyer({"LAMP": 1}).fill_cart()
    number = buyer.place()
    expire(number)
    restore_cart(number=number, owner=buyer.owner)
    Buyer({"CHAIR": 1}, owner=buyer.owner).fill_cart()

    pay(number)
    drain_outbox()

    assert states(number) == ("confirmed", "succeeded")
    assert get_cart(visitor=buyer.owner.visitor).skus == ("CHAIR",)


def test_the_same_message_twice_has_its_effect_once() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    first = pay(number, event_id="evt_1")
    second = pay(number, event_id="evt_1")

    assert (first.is_duplicate, second.is_duplicate) == (False, True)
    assert WebhookEvent.objects.count() == 1
    assert TimelineEntry.objects.filter(status="confirmed").count() == 1


def test_two_messages_of_one_capture_have_its_effect_once() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    pay(number)

    assert pay(number).verdict == "ignored"
    assert states(number) == ("confirmed", "succeeded")


def test_a_second_capture_is_refused_and_kept() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    pay(number)

    answer = pay(number, capture="cap_other")

    assert answer.verdict == "refused"
    assert "second capture" in WebhookEvent.objects.get(verdict="refused").detail


@pytest.mark.parametrize(
    "data",
    [
        {"amount_minor": 1},
        {"currency": "EUR"},
        {"payment_id": "no-such-payment"},
        {"payment_id": "00000000-0000-0000-0000-000000000000"},
        {"capture": None},
    ],
)
def test_wrong_messages_are_kept_and_refused(data: dict[str, object]) -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    answer = pay(number, **data)

    assert answer.verdict == "refused"
    assert states(number) == ("awaiting_payment", "pending")
    assert WebhookEvent.objects.get().verdict == "refused"


def test_a_failure_after_a_success_changes_nothing() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    pay(number)

    assert tell("payment.failed", number).verdict == "ignored"

    assert states(number) == ("confirmed", "succeeded")


def test_the_shopper_gives_up() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")

    abandon_payment(order_number=number, cause="cancelled_by_customer", now=timezone.now())

    assert states(number) == ("payment_failed", "failed")
    assert stock() == (10, 0)


def test_try_again_gives_the_cart_back_once() -> None:
    stock_product("LAMP")
    buyer = Buyer({"LAMP": 2}).fill_cart()
    number = buyer.place()
    expire(number)

    restore_cart(number=number, owner=buyer.owner)
    cart = restore_cart(number=number, owner=buyer.owner)

    assert [(line.sku, line.quantity) for line in cart.lines] == [("LAMP", 2)]
