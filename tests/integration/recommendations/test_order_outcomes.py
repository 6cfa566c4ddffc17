"""Orders and their outcomes reach the lake through the outbox."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from orders.events import OrderStatusChanged
from orders.selectors import get_order
from orders.services import place_order
from payments.services import expire_payment
from recommendations.handlers import record_order_outcome
from recommendations.lake import EventLake, Partition
from recommendations.services import collect_events
from shop.core import stream
from shop.core.errors import StoreUnavailable
from shop.core.money import Money
from shop.core.visitor import Owner
from tests.factories.accounts import make_address
from tests.factories.cart import fill_cart, make_owner
from tests.factories.catalog import make_product
from tests.factories.logistics import put_stock

pytestmark = pytest.mark.django_db


def _place(owner: Owner, *, now: datetime) -> str:
    make_product(sku="LAMP", price_minor=1999)
    put_stock("LAMP", 5)
    fill_cart(owner, LAMP=2)
    placed = place_order(
        owner=owner,
        email="ada@example.com",
        address=make_address(),
        service_level="standard",
        expected_total=Money(2 * 1999 + 500),
        idempotency_key="an-idempotency-key",
        now=now,
        window_seconds=1,
    )
    return placed.number


def _order_events(lake: EventLake) -> list[dict[str, Any]]:
    partitions = [each for each in lake.partitions() if each.kind == "order"]
    rows = [row for each in partitions for row in lake.read(each).to_pylist()]
    return sorted(rows, key=lambda row: str(row["event_id"]))


def test_every_outcome_is_recorded_once(lake: EventLake, drain_outbox: Callable[[], int]) -> None:
    owner, now = make_owner(), timezone.now()
    number = _place(owner, now=now)
    payment = get_order(number=number).payment
    assert payment is not None
    expire_payment(payment_id=str(payment.payment_id), now=payment.expires_at)
    # as when a worker died after recording, before the outbox row was deleted
    record_order_outcome(_timed_out(number))

    drain_outbox()
    collect_events(now=payment.expires_at)

    rows = _order_events(lake)
    assert [(row["outcome"], row["event_id"]) for row in rows] == [
        ("payment_timed_out", f"order:{number}:payment_timed_out"),
        ("placed", f"order:{number}:placed"),
    ]
    placed = rows[1]
    assert (placed["customer_id"], placed["order_number"]) == (owner.customer_id, number)
    assert (placed["total_minor"], placed["currency"]) == (4498, "USD")
    assert placed["occurred_at"] == now
    assert [(line["sku"], line["quantity"]) for line in placed["lines"]] == [("LAMP", 2)]
    assert lake.files(Partition("order", now.date()))


def test_without_the_stream_the_outbox_keeps_the_event(settings: Settings) -> None:
    number = _place(make_owner(), now=timezone.now())
    settings.REDIS_STREAM = "unix:///nowhere/redis.sock"
    stream.client.cache_clear()
    stream._writer.cache_clear()

    with pytest.raises(StoreUnavailable):
        record_order_outcome(_timed_out(number))

    stream.client.cache_clear()
    stream._writer.cache_clear()


def _timed_out(number: str) -> OrderStatusChanged:
    return OrderStatusChanged(
        order_number=number,
        old_status="awaiting_payment",
        new_status="payment_timed_out",
        cause="timed_out",
    )
