"""A shopper with a full cart, their order, and the gateway's signed messages about it."""

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.types import PostalAddress
from cart.services import add_line
from logistics.selectors import plan_allocation
from logistics.types import LineRequest
from orders.models import Order
from orders.services import place_order
from payments.models import Payment
from payments.services import receive_webhook
from payments.webhooks import WebhookAnswer
from shop.core.money import Money
from shop.core.visitor import Owner
from tests.factories.accounts import make_address
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock

PRICE = 1999
FEE = 500


def stock_product(sku: str, units: int = 10, *, price_minor: int = PRICE) -> None:
    """Have a product for sale, `units` of it in a warehouse that delivers everywhere for $5."""
    make_product(sku=sku, price_minor=price_minor)
    warehouse = make_warehouse()
    make_lane(warehouse, fee_minor=FEE)
    put_stock(sku, units, warehouse)


@dataclass
class Buyer:
    """A guest of their own who wants `lines` (SKU to quantity)."""

    lines: dict[str, int]
    owner: Owner = field(default_factory=lambda: Owner(visitor=uuid.uuid4().hex))
    address: PostalAddress = field(default_factory=make_address)

    def fill_cart(self) -> "Buyer":
        for sku, quantity in self.lines.items():
            add_line(owner=self.owner, sku=sku, quantity=quantity)
        return self

    def place(self, **given: Any) -> str:
        """Place the order and return its number."""
        now = given.pop("now", None) or timezone.now()
        terms: dict[str, Any] = {
            "owner": self.owner,
            "email": "buyer@example.com",
            "address": self.address,
            "service_level": "standard",
            "expected_total": self.total(now) if "expected_total" not in given else None,
            "idempotency_key": uuid.uuid4().hex,
            "now": now,
        }
        return place_order(**terms | given).number

    def total(self, now: datetime) -> Money:
        lines = [LineRequest(sku=sku, quantity=count) for sku, count in self.lines.items()]
        plan = plan_allocation(
            lines=lines,
            destination=self.address.destination,
            service_level="standard",
            now=now,
        )
        return Money(PRICE * sum(self.lines.values())) + plan.fee


def order_of(sku: str, quantity: int = 1, **given: Any) -> str:
    """Have a guest place an order of one SKU and return its number."""
    return Buyer({sku: quantity}).fill_cart().place(**given)


def signed(
    kind: str, payment: Payment, *, event_id: str = "", at: datetime | None = None, **data: Any
) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a genuine webhook; `data` replaces fields of it."""
    now = at or timezone.now()
    content = {
        "id": event_id or f"evt_{uuid.uuid4().hex}",
        "type": kind,
        "created": int(now.timestamp()),
        "data": {
            "session": "ses_1",
            "payment_id": str(payment.id),
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "capture": f"cap_{payment.id}" if kind == "payment.succeeded" else None,
            **data,
        },
    }
    body = json.dumps(content).encode()
    stamp = int(now.timestamp())
    key = settings.SANDBOX_SECRET.encode()
    digest = hmac.new(key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Sandbox-Signature": f"t={stamp},v1={digest}"}, body


def tell(kind: str, number: str, **data: Any) -> WebhookAnswer:
    """Have the gateway tell the shop about the order's payment."""
    headers, body = signed(kind, Payment.objects.get(order_number=number), **data)
    return receive_webhook(gateway_name="sandbox", headers=headers, body=body, now=timezone.now())


def pay(number: str, **data: Any) -> WebhookAnswer:
    return tell("payment.succeeded", number, **data)


def states(number: str) -> tuple[str, str]:
    """Return the order's status and its payment's state."""
    return (
        Order.objects.get(number=number).status,
        Payment.objects.get(order_number=number).state,
    )
