"""Entering warehouses, carriers and lanes; a change takes part in deliveries once committed."""

from collections.abc import Mapping
from datetime import date, time
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction

from logistics.domain.postal_areas import BadPostalArea, parse_postal_areas
from logistics.errors import InvalidNetwork, UnknownWarehouse
from logistics.lane_cache import forget_cached_lanes
from logistics.models import Carrier, CarrierHoliday, Lane, Warehouse, WarehouseHoliday
from logistics.services.serviceability import rebuild_serviceability
from logistics.states import ServiceLevel
from logistics.types import CarrierInput, LaneInput, WarehouseInput
from shop.core.postal import find_place

LONGEST_TRANSIT = 60


@transaction.atomic
def save_warehouse(*, data: WarehouseInput) -> str:
    """Create or update a warehouse by its code, and return the code; what is left out follows from
    its postal code.

    :raises InvalidNetwork, UnknownPostalCode: for values that cannot be
    """
    place = find_place(data.country, data.postal_code)
    timezone = data.timezone or place.timezone
    check_calendar(timezone=timezone, working_days=data.working_days)
    warehouse, _ = Warehouse.objects.update_or_create(
        code=data.code,
        defaults={
            "name": data.name,
            "country": data.country,
            "postal_code": place.postal_code,
            "latitude": place.latitude if data.latitude is None else data.latitude,
            "longitude": place.longitude if data.longitude is None else data.longitude,
            "timezone": timezone,
            "cutoff": _parse_time(data.cutoff),
            "working_days": sorted(data.working_days),
            "is_active": data.is_active,
        },
    )
    if data.holidays is not None:
        warehouse.holidays.all().delete()
        WarehouseHoliday.objects.bulk_create(
            WarehouseHoliday(warehouse=warehouse, date=day, name=name)
            for day, name in data.holidays.items()
        )
    rebuild_serviceability(warehouse_codes=[warehouse.code])
    return warehouse.code


@transaction.atomic
def save_carrier(*, data: CarrierInput) -> str:
    """Create or update a carrier by its code, and return the code.

    :raises InvalidNetwork: for values that cannot be
    """
    check_calendar(timezone="UTC", working_days=data.working_days)
    carrier, _ = Carrier.objects.update_or_create(
        code=data.code,
        defaults={
            "name": data.name,
            "working_days": sorted(data.working_days),
            "tracking_url": data.tracking_url,
        },
    )
    if data.holidays is not None:
        _replace_carrier_holidays(carrier, data.holidays)
    announce_carrier_change()
    return carrier.code


def announce_carrier_change() -> None:
    """A carrier's calendar is read with the lanes it drives: let them be read anew."""
    forget_cached_lanes()


@transaction.atomic
def save_lane(*, data: LaneInput, lane_id: int | None = None) -> int:
    """Create a lane, or change the one with this id, and return its id.

    :raises InvalidNetwork, UnknownWarehouse: for values that cannot be
    """
    warehouse = Warehouse.objects.filter(code=data.warehouse_code).first()
    carrier = Carrier.objects.filter(code=data.carrier_code).first()
    if warehouse is None:
        raise UnknownWarehouse(code=data.warehouse_code)
    if carrier is None:
        raise InvalidNetwork(carrier=f"There is no carrier “{data.carrier_code}”.")
    check_lane(data)
    lane = Lane.objects.filter(id=lane_id or 0).select_related("warehouse").first() or Lane()
    if lane_id is not None and lane.id is None:
        raise InvalidNetwork(lane=f"There is no lane {lane_id}.")
    codes = {warehouse.code} | ({lane.warehouse.code} if lane.id else set())
    lane.warehouse = warehouse
    lane.carrier = carrier
    lane.country = data.country
    lane.service_level = data.service_level
    lane.postal_areas = data.postal_areas
    lane.transit_days = data.transit_days
    lane.fee_minor = data.fee_minor
    lane.currency = data.currency
    lane.is_active = data.is_active
    lane.save()
    rebuild_serviceability(warehouse_codes=codes)
    return lane.id


@transaction.atomic
def delete_lanes(*, lane_ids: list[int]) -> int:
    """Remove lanes; their addresses fall back to the warehouse's less specific lanes, if any."""
    lanes = Lane.objects.filter(id__in=lane_ids)
    codes = set(lanes.values_list("warehouse__code", flat=True))
    lanes.update(is_active=False)
    rebuild_serviceability(warehouse_codes=codes)
    deleted = lanes.delete()[1]
    return deleted.get("logistics.Lane", 0)


def check_calendar(*, timezone: str, working_days: tuple[int, ...]) -> None:
    """:raises InvalidNetwork: for an unknown time zone, or working days that are none"""
    if timezone not in available_timezones():
        raise InvalidNetwork(
            timezone=f"There is no time zone “{timezone}”; write e.g. America/Chicago."
        )
    if not working_days or not set(working_days) <= set(range(1, 8)):
        raise InvalidNetwork(
            working_days="Choose at least one working day, 1 (Monday) to 7 (Sunday)."
        )


def check_lane(data: LaneInput) -> None:
    """:raises InvalidNetwork: naming the field, and in the postal areas the part that cannot be
    read
    """
    if data.service_level not in ServiceLevel.values:
        raise InvalidNetwork(
            service_level=f"“{data.service_level}” is neither standard nor express."
        )
    if not 0 <= data.transit_days <= LONGEST_TRANSIT:
        raise InvalidNetwork(transit_days=f"Transit takes 0 to {LONGEST_TRANSIT} days.")
    if data.fee_minor < 0:
        raise InvalidNetwork(fee_minor="A fee cannot be negative.")
    if data.currency != settings.SHOP_CURRENCY:
        raise InvalidNetwork(currency=f"The shop sells in {settings.SHOP_CURRENCY}.")
    check_postal_areas(data.postal_areas, country=data.country)


def check_postal_areas(text: str, *, country: str) -> list[str]:
    """Return the areas' tokens.

    :raises InvalidNetwork: naming the part that cannot be read
    """
    try:
        tokens = parse_postal_areas(text, country=country)
    except BadPostalArea as error:
        raise InvalidNetwork(postal_areas=str(error)) from error
    if not tokens:
        raise InvalidNetwork(
            postal_areas="Name at least one prefix or range, or * for the whole country."
        )
    return tokens


def _replace_carrier_holidays(carrier: Carrier, holidays: Mapping[date, str]) -> None:
    carrier.holidays.all().delete()
    CarrierHoliday.objects.bulk_create(
        CarrierHoliday(carrier=carrier, date=day, name=name) for day, name in holidays.items()
    )


def _parse_time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise InvalidNetwork(cutoff=f"“{text}” is not a time of day such as 15:00.") from None
