"""The promise: from stock on a shelf to a delivery date, by cut-off, time zone, working days and
holidays.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HORIZON_DAYS = 366
"""A calendar without a working day in a year promises nothing."""


@dataclass(frozen=True, kw_only=True)
class WarehouseCalendar:
    """When a warehouse hands parcels over; `working_days` are ISO weekdays (1 = Monday)."""

    timezone: str
    cutoff: time
    working_days: frozenset[int]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        return day.isoweekday() in self.working_days and day not in self.holidays

    def cutoff_at(self, day: date) -> datetime:
        """The instant of that day's cut-off. A local time skipped by the change to summer time is
        read with the offset before it, an ambiguous one is its first occurrence.
        """
        return datetime.combine(day, self.cutoff, ZoneInfo(self.timezone)).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class CarrierCalendar:
    """When a carrier moves and delivers parcels."""

    working_days: frozenset[int]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        return day.isoweekday() in self.working_days and day not in self.holidays


@dataclass(frozen=True, kw_only=True)
class DeliveryTime:
    delivery_date: date
    order_by: datetime


def promise_delivery(
    *, warehouse: WarehouseCalendar, carrier: CarrierCalendar, transit_days: int, now: datetime
) -> DeliveryTime | None:
    """Work out the delivery date for an order placed `now`, and the last cut-off that still makes
    it.

    The warehouse hands the parcel over on its next working day whose cut-off lies ahead; the
    carrier takes it on its first working day from then on and needs `transit_days` of its working
    days. None if a calendar has no working day within a year.
    """
    dispatch = _next_dispatch(warehouse, now)
    handover = None if dispatch is None else _carrier_day(carrier, dispatch)
    if dispatch is None or handover is None:
        return None
    delivery = handover
    for _ in range(transit_days):
        following = _carrier_day(carrier, delivery + timedelta(days=1))
        if following is None:
            return None
        delivery = following
    return DeliveryTime(
        delivery_date=delivery, order_by=_last_cutoff(warehouse, dispatch, handover)
    )


def _next_dispatch(warehouse: WarehouseCalendar, now: datetime) -> date | None:
    today = now.astimezone(ZoneInfo(warehouse.timezone)).date()
    ahead = (
        day for day in _days(today) if warehouse.is_working(day) and warehouse.cutoff_at(day) > now
    )
    return next(ahead, None)


def _carrier_day(carrier: CarrierCalendar, first: date) -> date | None:
    return next((day for day in _days(first) if carrier.is_working(day)), None)


def _last_cutoff(warehouse: WarehouseCalendar, dispatch: date, handover: date) -> datetime:
    """A warehouse that works on Saturday gains nothing on Sunday if the carrier comes on Monday:
    the cut-off that counts is the last one before the carrier comes.
    """
    last = max(
        day for day in _days(dispatch, (handover - dispatch).days) if warehouse.is_working(day)
    )
    return warehouse.cutoff_at(last)


def _days(first: date, count: int = HORIZON_DAYS) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(count + 1))
