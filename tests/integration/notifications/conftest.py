"""Orders in every state, made through the services that make them in the shop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from orders import services as orders
from orders.selectors import get_order
from orders.types import OrderView
from payments import outcomes, refunding
from payments.models import Payment
from shop.core.models import OutboxMessage
from shop.core.money import Money
from shop.core.visitor import Owner
from tests.factories.accounts import make_address
from tests.factories.cart import fill_cart, make_guest
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, put_stock


@dataclass
class Story:
    """One order, and what befalls it."""

    deliver: Callable[[], list[str]]
    owner: Owner = field(default_factory=make_guest)
    number: str = ""
    passed: timedelta = timedelta()

    @property
    def order(self) -> OrderView:
        return get_order(number=self.number)

    @property
    def now(self) -> datetime:
        return timezone.now()

    def place(self) -> "Story":
        put_stock("LAMP", 10, make_lane("OAK", fee_minor=500).warehouse)
        make_product(
            sku="LAMP", title="Desk lamp", price_minor=1000, options={"Color": "Red & blue"}
        )
        fill_cart(self.owner, LAMP=2)
        self.number = orders.place_order(
            owner=self.owner,
            email="ada@example.com",
            address=make_address(full_name="Ada <Park>"),
            service_level="standard",
            expected_total=Money(2500),
            idempotency_key="first-order",
            now=self.now,
        ).number
        return self

    def pay(self, at: timedelta = timedelta()) -> "Story":
        outcomes.record_success(
            payment_id=self._payment().id,
            amount=Money(2500),
            capture_ref="cap-1",
            cause="webhook",
            now=self.now + at,
        )
        return self

    def decline(self) -> "Story":
        outcomes.record_failure(payment_id=self._payment().id, cause="webhook", now=self.now)
        return self

    def run_out_of_time(self) -> "Story":
        later = self.now + timedelta(hours=1)
        assert outcomes.expire_payment(payment_id=self._payment().id, now=later)
        return self

    def ship(self) -> "Story":
        orders.pack_order(number=self.number, actor="staff", now=self.now)
        orders.ship_order(
            number=self.number, tracking={"OAK": "TRACK-1"}, actor="staff", now=self.now
        )
        return self

    def arrive(self) -> "Story":
        orders.deliver_order(number=self.number, actor="staff", now=self.now)
        return self

    def send_back(self) -> "Story":
        orders.return_order(number=self.number, actor="staff", now=self.now)
        return self

    def cancel(self, reason: str = "") -> "Story":
        orders.cancel_order(number=self.number, actor="staff", now=self.now, reason=reason)
        return self

    def call_off(self) -> "Story":
        orders.cancel_order(number=self.number, actor="ada@example.com", now=self.now)
        return self

    def refund(self, state: str, reason: str = "", times: int = 1) -> "Story":
        [refund] = self.order.refunds
        for _ in range(times):
            answer = refunding.RefundAnswer(state=state, reason=reason)
            refunding.record_answer(
                refund_id=refund.refund_id, answer=answer, now=self.now + self.passed
            )
        return self

    def start_refund_again(self) -> "Story":
        [refund] = self.order.refunds
        refunding.retry_refund(refund_id=refund.refund_id, now=self.now)
        self.passed += timedelta(minutes=1)
        return self

    def _payment(self) -> Payment:
        return Payment.objects.get(order_number=self.number)


@pytest.fixture
def deliver_mail(drain_outbox, mailoutbox):
    """Deliver what the notifications listen to, and return the subjects that went out."""

    def deliver():
        # What others listen to would leave for the gateway.
        OutboxMessage.objects.exclude(subscriber__startswith="notifications.").delete()
        before = len(mailoutbox)
        drain_outbox()
        assert not OutboxMessage.objects.exists()
        return [message.subject for message in mailoutbox[before:]]

    return deliver


@pytest.fixture
def story(deliver_mail):
    return Story(deliver_mail)
