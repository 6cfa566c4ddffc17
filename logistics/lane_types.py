"""A lane as the look-up returns it."""

from dataclasses import dataclass

from logistics.domain.calendar import CarrierCalendar, WarehouseCalendar
from shop.core.money import Money


@dataclass(frozen=True, kw_only=True)
class ServingLane:
    """A lane that serves the address, with all that a promise needs."""

    warehouse_id: int
    warehouse_code: str
    lane_id: int
    carrier_id: int
    carrier_name: str
    service_level: str
    prefix: str
    transit_days: int
    fee: Money
    warehouse_calendar: WarehouseCalendar
    carrier_calendar: CarrierCalendar
