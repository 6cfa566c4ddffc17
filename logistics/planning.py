"""From lanes, stock and an order's lines to an allocation plan; pure but for the fee policy
setting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings

from logistics.domain.allocation import (
    Allocation,
    FeePolicy,
    Source,
    allocate,
    find_shortages,
    total_fee,
)
from logistics.domain.calendar import DeliveryTime, promise_delivery
from logistics.errors import InvalidQuantity
from logistics.lane_types import ServingLane
from logistics.states import ServiceLevel
from logistics.types import AllocationPlan, LineRequest, Parcel, ParcelLine, Shortage
from shop.core.money import Money

Availability = Mapping[int, Mapping[str, int]]
"""Warehouse id -> SKU -> units available."""


@dataclass(frozen=True, kw_only=True)
class DatedLane:
    """A lane with what it promises right now."""

    lane: ServingLane
    time: DeliveryTime


class ShortTogether(Exception):
    """All sources together lack something; the caller knows what that means."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(shortages)


def wanted_units(lines: Iterable[LineRequest]) -> dict[str, int]:
    """SKU -> units, lines with the same SKU added up.

    :raises InvalidQuantity: if there is no line, or one without units
    """
    wanted: dict[str, int] = {}
    for line in lines:
        if line.quantity < 1:
            raise InvalidQuantity(
                field=line.sku, message=f"{line.sku}: the quantity must be 1 or more."
            )
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    if not wanted:
        raise InvalidQuantity(field="lines", message="There is nothing to deliver.")
    return wanted


def date_lanes(
    lanes: Iterable[ServingLane], *, service_level: str, now: datetime
) -> list[DatedLane]:
    """One lane per warehouse for the service level, with its promise.

    A warehouse that reaches the address by express only serves a standard order by express: what
    search shows as deliverable must be possible to buy. Nobody pays for express and gets standard.
    """
    chosen: dict[int, ServingLane] = {}
    for lane in lanes:
        if lane.service_level == service_level or (
            service_level == ServiceLevel.STANDARD and lane.warehouse_id not in chosen
        ):
            chosen[lane.warehouse_id] = lane
    dated = [(lane, date_lane(lane, now=now)) for lane in chosen.values()]
    return [DatedLane(lane=lane, time=time) for lane, time in dated if time is not None]


def date_lane(lane: ServingLane, *, now: datetime) -> DeliveryTime | None:
    """What the lane promises right now; None if its calendars have no working day in a year."""
    return promise_delivery(
        warehouse=lane.warehouse_calendar,
        carrier=lane.carrier_calendar,
        transit_days=lane.transit_days,
        now=now,
    )


def make_plan(
    *,
    wanted: Mapping[str, int],
    lanes: Sequence[DatedLane],
    available: Availability,
    service_level: str,
) -> AllocationPlan:
    """Allocate what is wanted to the lanes' warehouses.

    :raises ShortTogether: if they cannot serve it in full
    """
    sources = [
        Source(
            warehouse=dated.lane.warehouse_code,
            delivery_date=dated.time.delivery_date,
            fee=dated.lane.fee.minor,
            available=available.get(dated.lane.warehouse_id, {}),
        )
        for dated in lanes
    ]
    policy = fee_policy()
    allocation = allocate(wanted, sources, fee_policy=policy)
    if allocation is None:
        raise ShortTogether(
            [
                Shortage(sku=sku, requested=wanted[sku], available=left)
                for sku, left in find_shortages(wanted, sources).items()
            ]
        )
    return _plan(
        allocation, {dated.lane.warehouse_code: dated for dated in lanes}, service_level, policy
    )


def fee_policy() -> FeePolicy:
    return cast("FeePolicy", settings.DELIVERY_FEE_POLICY)


def _plan(
    allocation: Allocation, lanes: Mapping[str, DatedLane], service_level: str, policy: FeePolicy
) -> AllocationPlan:
    parcels = sorted(
        (_parcel(lanes[code], units) for code, units in allocation.items()),
        key=lambda parcel: (parcel.delivery_date, parcel.warehouse_code),
    )
    return AllocationPlan(
        service_level=service_level,
        parcels=tuple(parcels),
        fee=Money(
            total_fee([parcel.fee.minor for parcel in parcels], policy), parcels[0].fee.currency
        ),
        delivery_date=parcels[-1].delivery_date,
    )


def _parcel(dated: DatedLane, units: Mapping[str, int]) -> Parcel:
    return Parcel(
        warehouse_code=dated.lane.warehouse_code,
        lane_id=dated.lane.lane_id,
        carrier_id=dated.lane.carrier_id,
        carrier=dated.lane.carrier_name,
        service_level=dated.lane.service_level,
        delivery_date=dated.time.delivery_date,
        order_by=dated.time.order_by,
        fee=dated.lane.fee,
        lines=tuple(ParcelLine(sku=sku, quantity=quantity) for sku, quantity in units.items()),
    )
