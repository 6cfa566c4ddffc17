"""Parcels of an order: planned, on their way, arrived."""

from datetime import UTC, date, datetime

import pytest

from logistics import services
from logistics.errors import MissingTrackingNumber, NothingReserved
from logistics.models import Shipment
from logistics.selectors import parcels_for, plan_allocation, shipments_for
from logistics.types import LineRequest, ParcelLine, PlannedParcel, ShipmentInfo
from tests.factories.logistics import SAN_FRANCISCO, put_stock

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVENING = datetime(2026, 3, 2, 18, tzinfo=UTC)
ARRIVAL = datetime(2026, 3, 4, 10, tzinfo=UTC)


def sell(number: str) -> None:
    """An order of two lamps and a rug, from two warehouses, paid."""
    put_stock("lamp", 5, "EAST")
    put_stock("rug", 5, "WEST")
    lines = [LineRequest(sku="lamp", quantity=2), LineRequest(sku="rug", quantity=1)]
    plan = plan_allocation(
        lines=lines, destination=SAN_FRANCISCO, service_level="standard", now=NOON
    )
    services.reserve_stock(
        order_number=number, plan=plan, lines=lines, destination=SAN_FRANCISCO, now=NOON
    )
    services.commit_reservations(order_number=number)


def test_parcels_to_send_are_known_as_they_were_promised() -> None:
    sell("A")

    assert parcels_for(order_number="A") == (
        PlannedParcel(
            warehouse_code="EAST",
            warehouse_name="Warehouse EAST",
            carrier="Swift",
            service_level="standard",
            promised_date=date(2026, 3, 4),
            lines=(ParcelLine(sku="lamp", quantity=2),),
        ),
        PlannedParcel(
            warehouse_code="WEST",
            warehouse_name="Warehouse WEST",
            carrier="Swift",
            service_level="standard",
            promised_date=date(2026, 3, 4),
            lines=(ParcelLine(sku="rug", quantity=1),),
        ),
    )


def test_shipping_records_one_parcel_per_warehouse_once() -> None:
    sell("A")
    tracking = {"EAST": "E 1", "WEST": " W2 "}

    assert services.create_shipments(order_number="A", tracking=tracking, now=EVENING) == 2
    services.consume_reservations(order_number="A")
    assert services.create_shipments(order_number="A", tracking=tracking, now=ARRIVAL) == 0

    east, west = shipments_for(order_numbers=["A", "B"])["A"]
    assert east == ShipmentInfo(
        warehouse_code="EAST",
        warehouse_name="Warehouse EAST",
        carrier="Swift",
        tracking_number="E 1",
        tracking_url="https://track.example/E%201",
        status="shipped",
        promised_date=date(2026, 3, 4),
        shipped_at=EVENING,
        delivered_at=None,
    )
    assert (west.tracking_number, west.is_promise_kept) == ("W2", None)
    assert shipments_for(order_numbers=["B"]) == {"B": []}


def test_arrival_tells_whether_the_promise_was_kept() -> None:
    sell("A")
    services.create_shipments(order_number="A", tracking={"EAST": "E1", "WEST": "W2"}, now=EVENING)

    assert services.mark_delivered(order_number="A", warehouse_code="EAST", now=ARRIVAL) == 1
    late = ARRIVAL.replace(day=6)
    assert services.mark_delivered(order_number="A", now=late) == 1
    assert services.mark_delivered(order_number="A", now=late) == 0

    east, west = shipments_for(order_numbers=["A"])["A"]
    assert (east.status, east.is_promise_kept) == ("delivered", True)
    assert (west.status, west.is_promise_kept) == ("delivered", False)


@pytest.mark.parametrize(
    ("tracking", "fields"),
    [
        ({"EAST": "E1"}, {"WEST": ["The parcel from WEST needs its tracking number."]}),
        (
            {"EAST": "E1", "WEST": " "},
            {"WEST": ["The parcel from WEST needs its tracking number."]},
        ),
        (
            {"EAST": "E1", "WEST": "W2", "MOON": "M3"},
            {"MOON": ["No parcel of this order leaves MOON."]},
        ),
        (
            {"EAST": "E1", "WEST": "W" * 65},
            {"WEST": ["A tracking number has at most 64 characters."]},
        ),
    ],
)
def test_tracking_numbers_must_be_those_of_the_parcels(
    tracking: dict[str, str], fields: dict[str, list[str]]
) -> None:
    sell("A")

    with pytest.raises(MissingTrackingNumber) as refusal:
        services.create_shipments(order_number="A", tracking=tracking, now=EVENING)

    assert refusal.value.fields == fields
    assert Shipment.objects.count() == 0


def test_order_without_paid_stock_cannot_be_shipped() -> None:
    with pytest.raises(NothingReserved):
        services.create_shipments(order_number="A", tracking={}, now=EVENING)
