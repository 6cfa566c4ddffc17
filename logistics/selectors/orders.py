"""What orders hold, what is still to be sent for them, what is on its way."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from urllib.parse import quote

from django.db.models import Sum

from logistics.models import Reservation, Shipment
from logistics.states import LIVE_STATUSES, ReservationStatus
from logistics.types import ParcelLine, PlannedParcel, ShipmentInfo


def live_reservations() -> Iterator[tuple[str, int]]:
    """Yield each order number with the units it holds; streamed, for the audit."""
    return (
        Reservation.objects.filter(status__in=LIVE_STATUSES)
        .values("order_number")
        .annotate(units=Sum("quantity"))
        .order_by("order_number")
        .values_list("order_number", "units")
        .iterator()
    )


def parcels_for(*, order_number: str) -> tuple[PlannedParcel, ...]:
    """Return the parcels of an order, one per warehouse, as promised: staff enter a tracking
    number for each.
    """
    reservations = (
        Reservation.objects.filter(order_number=order_number)
        .exclude(status=ReservationStatus.RELEASED)
        .select_related("stock__warehouse", "carrier")
        .order_by("stock__warehouse__code", "stock__sku")
    )
    parcels: defaultdict[str, list[Reservation]] = defaultdict(list)
    for reservation in reservations:
        parcels[reservation.stock.warehouse.code].append(reservation)
    return tuple(
        PlannedParcel(
            warehouse_code=code,
            warehouse_name=held[0].stock.warehouse.name,
            carrier=held[0].carrier.name,
            service_level=held[0].service_level,
            promised_date=held[0].promised_date,
            lines=tuple(ParcelLine(sku=one.stock.sku, quantity=one.quantity) for one in held),
        )
        for code, held in parcels.items()
    )


def shipments_for(*, order_numbers: Collection[str]) -> dict[str, list[ShipmentInfo]]:
    """Return the shipments of each order, [] for those that have none."""
    found: dict[str, list[ShipmentInfo]] = {number: [] for number in order_numbers}
    shipments = (
        Shipment.objects.filter(order_number__in=found)
        .select_related("warehouse", "carrier")
        .order_by("promised_date", "warehouse__code")
    )
    for shipment in shipments:
        found[shipment.order_number].append(_info(shipment))
    return found


def _info(shipment: Shipment) -> ShipmentInfo:
    number = quote(shipment.tracking_number, safe="")
    return ShipmentInfo(
        warehouse_code=shipment.warehouse.code,
        carrier=shipment.carrier.name,
        tracking_number=shipment.tracking_number,
        tracking_url=shipment.carrier.tracking_url.replace("{number}", number),
        status=shipment.status,
        promised_date=shipment.promised_date,
        shipped_at=shipment.shipped_at,
        delivered_at=shipment.delivered_at,
        warehouse_name=shipment.warehouse.name,
    )


def units_by_status(*, order_numbers: Collection[str]) -> dict[str, dict[str, dict[str, int]]]:
    """Return order number -> reservation status -> SKU -> units; one statement, for the audit."""
    units: dict[str, dict[str, dict[str, int]]] = {}
    rows = (
        Reservation.objects.filter(order_number__in=order_numbers)
        .values_list("order_number", "status", "stock__sku")
        .annotate(units=Sum("quantity"))
    )
    for number, status, sku, count in rows:
        units.setdefault(number, {}).setdefault(status, {})[sku] = count
    return units
