"""How an order could be delivered."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F

from logistics.errors import DeliveryNotPossible, InsufficientStock
from logistics.lane_types import ServingLane
from logistics.lanes import find_lanes, read_lanes
from logistics.models import Stock
from logistics.planning import Availability, ShortTogether, date_lanes, make_plan, wanted_units
from logistics.states import ServiceLevel
from logistics.stock_rows import current_stock
from logistics.types import AllocationPlan, DeliveryOption, LineRequest
from shop.core.errors import DomainError
from shop.core.visitor import Destination


def delivery_options(
    *, lines: Sequence[LineRequest], destination: Destination, now: datetime
) -> list[DeliveryOption]:
    """Return the ways to have all lines delivered, standard first; express only if it is earlier.

    :raises DeliveryNotPossible: if something in stock does not reach the address
    :raises InsufficientStock: if something is sold out or too few are left
    """
    if not lines:
        return []
    wanted = wanted_units(lines)
    lanes = find_lanes(destination)
    available = _available(lanes, wanted)
    try:
        standard = _plan(wanted, lanes, available, ServiceLevel.STANDARD, now)
    except ShortTogether as short:
        raise _refusal(short, _reaching(lanes, ServiceLevel.STANDARD), destination) from None
    plans = [standard]
    try:
        express = _plan(wanted, lanes, available, ServiceLevel.EXPRESS, now)
    except ShortTogether:
        pass
    else:
        plans += [express] if express.delivery_date < standard.delivery_date else []
    return [
        DeliveryOption(
            service_level=plan.service_level,
            delivery_date=plan.delivery_date,
            order_by=plan.order_by,
            fee=plan.fee,
            parcels=len(plan.parcels),
        )
        for plan in plans
    ]


def plan_allocation(
    *, lines: Sequence[LineRequest], destination: Destination, service_level: str, now: datetime
) -> AllocationPlan:
    """Plan which warehouses send what, without locking: `services.reserve_stock` makes it hold.

    Made for a transaction: it asks SQL alone.

    :raises DeliveryNotPossible: if something in stock does not reach the address at this service
    level
    :raises InsufficientStock: if something is sold out or too few are left
    """
    wanted = wanted_units(lines)
    lanes = read_lanes(destination)
    try:
        return _plan(wanted, lanes, _available(lanes, wanted), service_level, now)
    except ShortTogether as short:
        raise _refusal(short, _reaching(lanes, service_level), destination) from None


def _available(lanes: Sequence[ServingLane], wanted: Mapping[str, int]) -> Availability:
    return (
        current_stock(warehouse_ids=[lane.warehouse_id for lane in lanes], skus=wanted)
        if lanes
        else {}
    )


def _plan(
    wanted: Mapping[str, int],
    lanes: Sequence[ServingLane],
    available: Availability,
    service_level: str,
    now: datetime,
) -> AllocationPlan:
    dated = date_lanes(lanes, service_level=service_level, now=now)
    return make_plan(wanted=wanted, lanes=dated, available=available, service_level=service_level)


def _reaching(lanes: Sequence[ServingLane], service_level: str) -> set[int]:
    """Ids of the warehouses that reach the address at the service level."""
    any_level = service_level == ServiceLevel.STANDARD
    return {
        lane.warehouse_id for lane in lanes if any_level or lane.service_level == service_level
    }


def _refusal(short: ShortTogether, reaching: set[int], destination: Destination) -> DomainError:
    """Tell what is sold out from what is in stock where it does not reach the address."""
    gone = [shortage.sku for shortage in short.shortages if shortage.available == 0]
    # Only elsewhere: what the address' own warehouses got back meanwhile is not out of reach.
    elsewhere = (
        Stock.objects.filter(sku__in=gone, on_hand__gt=F("reserved"), warehouse__is_active=True)
        .exclude(warehouse_id__in=reaching)
        .values_list("sku", flat=True)
    )
    if gone and (unreachable := sorted(set(elsewhere))):
        return DeliveryNotPossible(skus=unreachable, destination=destination)
    return InsufficientStock(shortages=short.shortages)
