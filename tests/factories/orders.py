"""Orders at every point of their way, for tests of what is shown of them."""

import uuid

from django.utils import timezone

from cart.services import add_line
from orders import services
from payments.models import Payment
from payments.outcomes import record_success
from payments.services import expire_payment
from shop.core.money import Money
from shop.core.visitor import Owner
from tests.factories.accounts import make_address


def place_order(*, owner: Owner, sku: str = "LAMP", quantity: int = 1) -> str:
    """Place an order of one line through the service, at $19.99 each and $5 for delivery."""
    add_line(owner=owner, sku=sku, quantity=quantity)
    placed = services.place_order(
        owner=owner,
        email="ada@example.com",
        address=make_address(),
        service_level="standard",
        expected_total=Money(1999 * quantity + 500),
        idempotency_key=uuid.uuid4().hex,
        now=timezone.now(),
    )
    return placed.number


def pay(number: str) -> None:
    payment = Payment.objects.get(order_number=number)
    record_success(
        payment_id=payment.id,
        amount=payment.amount,
        capture_ref=f"cap-{number}",
        cause="payment.succeeded",
        now=timezone.now(),
    )


def time_out(number: str) -> None:
    payment = Payment.objects.get(order_number=number)
    expire_payment(payment_id=payment.id, now=payment.expires_at)


def ship(number: str) -> None:
    now = timezone.now()
    services.pack_order(number=number, actor="staff", now=now)
    services.ship_order(number=number, tracking={"MAIN": "1Z-42"}, actor="staff", now=now)
