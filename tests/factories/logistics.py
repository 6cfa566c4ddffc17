"""Warehouses, carriers, lanes and stock for tests; by default everything is open and everything
delivers everywhere.
"""

from datetime import UTC, datetime, time
from itertools import count

from logistics.lane_cache import forget_cached_lanes
from logistics.models import Carrier, Lane, Stock, Warehouse
from logistics.movements import record_movements
from logistics.selectors import plan_allocation
from logistics.services import rebuild_serviceability, reserve_stock
from logistics.states import MovementReason
from logistics.types import AllocationPlan, LineRequest
from shop.core.visitor import Destination

_numbers = count(1)
ALL_WEEK = [1, 2, 3, 4, 5, 6, 7]
SAN_FRANCISCO = Destination(country="US", postal_code="94103", city="San Francisco", region="CA")
NEW_YORK = Destination(country="US", postal_code="10001", city="New York", region="NY")


def make_warehouse(
    code: str = "",
    *,
    timezone: str = "UTC",
    cutoff: time = time(15),
    working_days: list[int] | None = None,
    is_active: bool = True,
) -> Warehouse:
    """A warehouse in use, by default working every day, with its cut-off at 15:00 UTC."""
    code = code or f"WH{next(_numbers)}"
    return Warehouse.objects.create(
        code=code,
        name=f"Warehouse {code}",
        postal_code="94103",
        latitude=37.77,
        longitude=-122.41,
        timezone=timezone,
        cutoff=cutoff,
        working_days=working_days or ALL_WEEK,
        is_active=is_active,
    )


def make_carrier(code: str = "swift", *, working_days: list[int] | None = None) -> Carrier:
    """The carrier with this code, by default working every day."""
    carrier, _ = Carrier.objects.get_or_create(
        code=code,
        defaults={
            "name": code.title(),
            "working_days": working_days or ALL_WEEK,
            "tracking_url": "https://track.example/{number}",
        },
    )
    return carrier


def make_lane(
    warehouse: Warehouse | str | None = None,
    *,
    postal_areas: str = "*",
    service_level: str = "standard",
    transit_days: int = 2,
    fee_minor: int = 500,
    carrier: Carrier | None = None,
    is_active: bool = True,
) -> Lane:
    """A lane, with the serviceability table rebuilt; `warehouse` may be a code, a new one is made
    if need be.
    """
    if not isinstance(warehouse, Warehouse):
        found = Warehouse.objects.filter(code=warehouse).first() if warehouse else None
        warehouse = found or make_warehouse(warehouse or "")
    lane = Lane.objects.create(
        warehouse=warehouse,
        carrier=carrier or make_carrier(),
        service_level=service_level,
        postal_areas=postal_areas,
        transit_days=transit_days,
        fee_minor=fee_minor,
        is_active=is_active,
    )
    rebuild_serviceability(warehouse_codes=[warehouse.code])
    forget_cached_lanes()
    return lane


def put_stock(sku: str, quantity: int = 10, warehouse: Warehouse | str | None = None) -> Stock:
    """So many units in a warehouse (by default one that delivers everywhere); the SKU need not be
    in the catalog.
    """
    if not isinstance(warehouse, Warehouse):
        code = warehouse or "MAIN"
        found = Warehouse.objects.filter(code=code).first()
        warehouse = found or make_lane(make_warehouse(code)).warehouse
    stock = Stock.objects.create(warehouse=warehouse, sku=sku, on_hand=quantity)
    record_movements(
        {stock.id: (quantity, quantity)}, reason=MovementReason.CORRECTION, actor="test"
    )
    return stock


def hold_stock(
    order_number: str, destination: Destination = SAN_FRANCISCO, **units: int
) -> AllocationPlan:
    """Reserve so many units of each SKU for an order."""
    lines = [LineRequest(sku=sku, quantity=quantity) for sku, quantity in units.items()]
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    plan = plan_allocation(lines=lines, destination=destination, service_level="standard", now=now)
    return reserve_stock(
        order_number=order_number, plan=plan, lines=lines, destination=destination, now=now
    )
