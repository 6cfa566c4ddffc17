"""Sessions and refunds against a real sandbox bank: money moves once or not at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.services import cancel_order
from payments.bookkeeping import differences_with_gateway
from payments.errors import NothingToRefund, PaymentWindowClosed
from payments.events import RefundFailed
from payments.models import Payment, Refund
from payments.refunding import GIVE_UP_AFTER, send_refund
from payments.services import (
    ask_gateway,
    expire_payment,
    open_session,
    request_refund,
    retry_refund,
)
from payments.states import IllegalPaymentTransition
from shop.core import outbox
from shop.core.errors import InfrastructureError
from shop.core.models import OutboxMessage
from shop.operations.audit import run_audit
from tests.factories.checkout import order_of, states, stock_product
from tests.sandbox import SandboxBank

pytestmark = pytest.mark.django_db


def opened(bank: SandboxBank) -> tuple[str, str]:
    """Place an order, open its session, and return the order's number and the session's ref."""
    stock_product("LAMP")
    number = order_of("LAMP")
    open_session(order_number=number, now=timezone.now())
    return number, Payment.objects.get(order_number=number).session_ref


def act(bank: SandboxBank, ref: str, action: str) -> None:
    answer = bank.http.post(f"/api/sessions/{ref}/act", json={"action": action})
    assert answer.status_code == 200, answer.text


def paid(bank: SandboxBank) -> str:
    number, ref = opened(bank)
    act(bank, ref, "pay")
    ask_gateway(order_number=number, now=timezone.now())
    assert states(number) == ("confirmed", "succeeded")
    return number


@pytest.fixture
def books_agree() -> Callable[[], bool]:
    """Compare what this test did: the bank's books are the whole module's."""
    start = timezone.now()

    def agree() -> bool:
        return list(differences_with_gateway(gateway_name="sandbox", since=start)) == []

    return agree


def clean() -> bool:
    return [found for found in run_audit() if not found.is_in_flight] == []


@pytest.mark.usefixtures("_bank_in_use")
class TestWithTheBank:
    def test_one_payment_has_one_session_however_often_it_is_opened(
        self, bank: SandboxBank
    ) -> None:
        number, ref = opened(bank)

        again = open_session(order_number=number, now=timezone.now())

        assert Payment.objects.get().session_ref == ref
        assert again.pay_url.startswith(bank.url)

    def test_after_the_window_no_session_is_opened(self, bank: SandboxBank) -> None:
        stock_product("LAMP")
        number = order_of("LAMP", window_seconds=60)

        with pytest.raises(PaymentWindowClosed):
            open_session(order_number=number, now=timezone.now() + timedelta(minutes=2))

    def test_a_lost_message_is_made_good_by_asking(self, bank: SandboxBank) -> None:
        paid(bank)

        assert clean()

    def test_on_expiry_the_session_is_cancelled_at_the_bank(
        self, bank: SandboxBank, drain_outbox: Callable[[], int]
    ) -> None:
        number, ref = opened(bank)
        payment = Payment.objects.get()
        expire_payment(payment_id=payment.id, now=payment.expires_at)

        drain_outbox()

        assert bank.http.get(f"/api/sessions/{ref}").json()["state"] == "cancelled"
        assert states(number) == ("payment_timed_out", "timed_out")

    def test_money_taken_before_the_cancel_is_noticed_and_given_back(
        self, bank: SandboxBank, drain_outbox: Callable[[], int], books_agree: Callable[[], bool]
    ) -> None:
        number, ref = opened(bank)
        act(bank, ref, "pay")
        payment = Payment.objects.get()
        expire_payment(payment_id=payment.id, now=payment.expires_at)

        drain_outbox()

        assert states(number) == ("payment_timed_out", "late_success")
        assert Refund.objects.get().state == "done"
        assert clean()
        assert books_agree()

    def test_a_refund_is_sent_and_done(
        self, bank: SandboxBank, drain_outbox: Callable[[], int], books_agree: Callable[[], bool]
    ) -> None:
        number = paid(bank)
        cancel_order(number=number, actor="staff", now=timezone.now())

        drain_outbox()

        refund = Refund.objects.get()
        assert (refund.state, refund.reason) == ("done", "cancelled")
        assert clean()
        assert books_agree()

    def test_asking_or_sending_twice_gives_back_once(
        self, bank: SandboxBank, books_agree: Callable[[], bool]
    ) -> None:
        number = paid(bank)
        cancel_order(number=number, actor="staff", now=timezone.now())
        refund = Refund.objects.get()
        again = request_refund(order_number=number, reason="twice", now=timezone.now())

        send_refund(refund_id=refund.id, now=timezone.now())
        Refund.objects.update(state="requested")  # killed before its answer was kept
        send_refund(refund_id=refund.id, now=timezone.now())

        assert again == refund.id
        assert Refund.objects.get().state == "done"
        assert books_agree()

    def test_the_audit_finds_a_refund_that_went_out_with_another_key(
        self, bank: SandboxBank
    ) -> None:
        number = paid(bank)
        cancel_order(number=number, actor="staff", now=timezone.now())
        payment = Payment.objects.get()
        bank.http.post(
            "/api/refunds",
            json={
                "capture_ref": payment.capture_ref,
                "amount_minor": payment.amount_minor,
                "currency": payment.currency,
                "idempotency_key": "a bug forgot the key",
            },
        )

        found = {each.kind for each in run_audit(with_gateway=True)}

        assert "gateway_refund_without_request" in found


@pytest.mark.usefixtures("_bank_is_away")
class TestWithoutTheBank:
    def captured(self) -> str:
        stock_product("LAMP")
        number = order_of("LAMP")
        payment = Payment.objects.get()
        expire_payment(payment_id=payment.id, now=payment.expires_at)
        Payment.objects.update(state="late_success", capture_ref="cap_1")
        return number

    def test_the_order_waits_when_no_session_can_be_opened(self) -> None:
        stock_product("LAMP")
        number = order_of("LAMP")

        with pytest.raises(InfrastructureError):
            open_session(order_number=number, now=timezone.now())

        assert states(number) == ("awaiting_payment", "pending")

    def test_a_refund_waits_for_the_bank_and_is_tried_later_and_later(self) -> None:
        number = self.captured()
        now = timezone.now()
        refund_id = request_refund(order_number=number, reason="late_payment", now=now)
        OutboxMessage.objects.all().delete()

        for _ in range(3):
            send_refund(refund_id=refund_id, now=now)

        refund = Refund.objects.get()
        delays = [
            round((row.available_at - row.created_at).total_seconds())
            for row in OutboxMessage.objects.order_by("id")
        ]
        assert (refund.state, refund.attempts) == ("requested", 3)
        assert delays == [2, 4, 8]

    def test_after_a_day_staff_are_told_and_may_try_again(self) -> None:
        number = self.captured()
        now = timezone.now()
        refund_id = request_refund(order_number=number, reason="late_payment", now=now)
        told: list[RefundFailed] = []
        outbox.subscribe_in_transaction(RefundFailed, told.append)

        send_refund(refund_id=refund_id, now=now + GIVE_UP_AFTER + timedelta(minutes=1))

        assert Refund.objects.get().state == "failed"
        assert [event.refund_id for event in told] == [str(refund_id)]
        retry_refund(refund_id=refund_id, now=now)
        assert Refund.objects.get().state == "requested"
        with pytest.raises(IllegalPaymentTransition):
            retry_refund(refund_id=refund_id, now=now)

    def test_nothing_captured_means_nothing_to_refund(self) -> None:
        stock_product("LAMP")
        number = order_of("LAMP")

        with pytest.raises(NothingToRefund):
            request_refund(order_number=number, reason="x", now=timezone.now())
