"""Reserving stock for an order, and settling what becomes of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics import services
from logistics.audit import audit_stock
from logistics.errors import InsufficientStock, NothingReserved, ReturnExceedsShipment
from logistics.models import Reservation, Stock, StockMovement
from logistics.selectors import live_reservations, plan_allocation
from logistics.types import AllocationPlan, LineRequest, Shortage
from tests.factories.logistics import SAN_FRANCISCO, make_lane, put_stock

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
Levels = dict[tuple[str, str], tuple[int, int]]


def lines(**units: int) -> list[LineRequest]:
    return [LineRequest(sku=sku, quantity=quantity) for sku, quantity in units.items()]


def plan(wanted: list[LineRequest]) -> AllocationPlan:
    return plan_allocation(
        lines=wanted, destination=SAN_FRANCISCO, service_level="standard", now=NOON
    )


def reserve(
    number: str, wanted: list[LineRequest], outdated: AllocationPlan | None = None
) -> AllocationPlan:
    return services.reserve_stock(
        order_number=number,
        plan=outdated or plan(wanted),
        lines=wanted,
        destination=SAN_FRANCISCO,
        now=NOON,
    )


def levels() -> Levels:
    rows = Stock.objects.values_list("warehouse__code", "sku", "on_hand", "reserved")
    return {(code, sku): (on_hand, reserved) for code, sku, on_hand, reserved in rows}


def test_reserving_holds_the_planned_units() -> None:
    put_stock("lamp", 5, "WEST")

    held = reserve("A", lines(lamp=2))

    assert [parcel.warehouse_code for parcel in held.parcels] == ["WEST"]
    assert held.delivery_date == date(2026, 3, 4)
    assert levels() == {("WEST", "lamp"): (5, 2)}
    assert dict(live_reservations()) == {"A": 2}
    assert audit_stock() == []
