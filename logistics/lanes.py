"""The look-up in the serviceability table: one statement over all prefixes of a postal code."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from logistics.domain.calendar import CarrierCalendar, WarehouseCalendar
from logistics.domain.postal_areas import normalize_postal_code, prefixes_of
from logistics.lane_cache import cached_lanes
from logistics.lane_types import ServingLane
from logistics.models import CarrierHoliday, ServiceabilityRow, WarehouseHoliday
from shop.core.money import Money
from shop.core.visitor import Destination

_PLACE = re.compile(r"[A-Z]{2}:[A-Z0-9]{1,10}")


def normalized(destination: Destination) -> tuple[str, str] | None:
    """Country and postal code as the table has them; None if it cannot have them."""
    country = destination.country.strip().upper()
    code = normalize_postal_code(country=country, postal_code=destination.postal_code)
    return (country, code) if _PLACE.fullmatch(f"{country}:{code}") else None


def load_lanes(place: tuple[str, str]) -> tuple[ServingLane, ...]:
    """Read the lanes of a normalized (country, postal code), by warehouse and service level."""
    country, code = place
    rows = (
        ServiceabilityRow.objects.filter(country=country, prefix__in=prefixes_of(code))
        .annotate(
            warehouse_holidays=ArraySubquery(
                WarehouseHoliday.objects.filter(warehouse=OuterRef("warehouse")).values("date")
            ),
            carrier_holidays=ArraySubquery(
                CarrierHoliday.objects.filter(carrier=OuterRef("carrier")).values("date")
            ),
        )
        .select_related("warehouse", "carrier")
        .order_by("warehouse__code", "service_level")
    )
    return tuple(_serving_lane(row) for row in _most_specific(list(rows)))


def _most_specific(rows: list[Any]) -> Iterable[Any]:
    longest: dict[int, int] = {}
    for row in rows:
        longest[row.warehouse_id] = max(longest.get(row.warehouse_id, 0), len(row.prefix))
    return (row for row in rows if len(row.prefix) == longest[row.warehouse_id])


def _serving_lane(row: Any) -> ServingLane:
    return ServingLane(
        warehouse_id=row.warehouse_id,
        warehouse_code=row.warehouse.code,
        lane_id=row.lane_id,
        carrier_id=row.carrier_id,
        carrier_name=row.carrier.name,
        service_level=row.service_level,
        prefix=row.prefix,
        transit_days=row.transit_days,
        fee=Money(row.fee_minor, row.currency),
        warehouse_calendar=WarehouseCalendar(
            timezone=row.warehouse.timezone,
            cutoff=row.warehouse.cutoff,
            working_days=frozenset(row.warehouse.working_days),
            holidays=frozenset(row.warehouse_holidays),
        ),
        carrier_calendar=CarrierCalendar(
            working_days=frozenset(row.carrier.working_days),
            holidays=frozenset(row.carrier_holidays),
        ),
    )


def find_lanes(destination: Destination) -> tuple[ServingLane, ...]:
    """Return every lane that serves the address; () for an address that cannot be."""
    place = normalized(destination)
    return () if place is None else cached_lanes(place, load=load_lanes)


def read_lanes(destination: Destination) -> tuple[ServingLane, ...]:
    """Return the same straight from the table: no transaction waits for the cache's network."""
    place = normalized(destination)
    return () if place is None else load_lanes(place)
