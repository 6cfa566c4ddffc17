"""Parcels that left, and parcels that arrived."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from logistics.errors import MissingTrackingNumber, NothingReserved
from logistics.models import Reservation, Shipment
from logistics.states import ReservationStatus, ShipmentStatus

LONGEST_TRACKING_NUMBER = 64
_SENDABLE = (ReservationStatus.COMMITTED, ReservationStatus.CONSUMED)


@transaction.atomic
def create_shipments(*, order_number: str, tracking: Mapping[str, str], now: datetime) -> int:
    """Record one shipment per warehouse that sends the order; return how many are new, 0 on a
    repeat.

    :raises MissingTrackingNumber: unless `tracking` (warehouse code -> number) names exactly the
    order's warehouses
    :raises NothingReserved: if the order has no paid stock to send
    """
    parcels = {
        reservation.stock.warehouse.code: reservation
        for reservation in Reservation.objects.filter(
            order_number=order_number, status__in=_SENDABLE
        )
        .select_related("stock__warehouse")
        .order_by("id")
    }
    if not parcels:
        raise NothingReserved(order_number=order_number, step="ship")
    numbers = {code: number.strip() for code, number in tracking.items()}
    _check_tracking(set(parcels), numbers)
    before = Shipment.objects.filter(order_number=order_number).count()
    Shipment.objects.bulk_create(
        [
            Shipment(
                order_number=order_number,
                warehouse_id=reservation.stock.warehouse_id,
                carrier_id=reservation.carrier_id,
                service_level=reservation.service_level,
                tracking_number=numbers[code],
                promised_date=reservation.promised_date,
                shipped_at=now,
            )
            for code, reservation in sorted(parcels.items())
        ],
        ignore_conflicts=True,
    )
    return Shipment.objects.filter(order_number=order_number).count() - before


def mark_delivered(*, order_number: str, now: datetime, warehouse_code: str | None = None) -> int:
    """Record that the order's parcels, or one warehouse's, arrived; return how many were still on
    their way.
    """
    shipments = Shipment.objects.filter(order_number=order_number, status=ShipmentStatus.SHIPPED)
    if warehouse_code is not None:
        shipments = shipments.filter(warehouse__code=warehouse_code)
    return shipments.update(status=ShipmentStatus.DELIVERED, delivered_at=now)


def _check_tracking(warehouses: set[str], numbers: Mapping[str, str]) -> None:
    wrong = {
        code: [f"No parcel of this order leaves {code}."] for code in numbers.keys() - warehouses
    }
    wrong |= {
        code: [f"The parcel from {code} needs its tracking number."]
        for code in warehouses
        if not numbers.get(code)
    }
    wrong |= {
        code: [f"A tracking number has at most {LONGEST_TRACKING_NUMBER} characters."]
        for code, number in numbers.items()
        if len(number) > LONGEST_TRACKING_NUMBER
    }
    if wrong:
        raise MissingTrackingNumber(
            " ".join(text for texts in wrong.values() for text in texts), fields=wrong
        )
