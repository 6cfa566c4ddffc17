"""What can reach an address, from where, and when."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Sum

from logistics.lanes import find_lanes
from logistics.models import Stock
from logistics.planning import DatedLane, date_lanes
from logistics.states import ServiceLevel
from logistics.stock_rows import current_stock
from logistics.types import Promise
from shop.core.visitor import Destination


def serving_warehouses(*, destination: Destination) -> tuple[str, ...]:
    """Return the codes of the warehouses that deliver to the address; from the cache, or else one
    statement.
    """
    return tuple(dict.fromkeys(lane.warehouse_code for lane in find_lanes(destination)))


def promises(
    *, skus: Sequence[str], destination: Destination, now: datetime
) -> dict[str, Promise]:
    """Return the earliest standard promise of each SKU in stock for the address; what cannot reach
    it is left out.
    """
    lanes = date_lanes(find_lanes(destination), service_level=ServiceLevel.STANDARD, now=now)
    if not lanes or not skus:
        return {}
    lanes.sort(
        key=lambda dated: (
            dated.time.delivery_date,
            dated.lane.fee.minor,
            dated.lane.warehouse_code,
        )
    )
    stock = current_stock(warehouse_ids=[dated.lane.warehouse_id for dated in lanes], skus=skus)
    best = {
        sku: next(
            (dated for dated in lanes if stock.get(dated.lane.warehouse_id, {}).get(sku, 0) > 0),
            None,
        )
        for sku in skus
    }
    return {sku: _promise(dated) for sku, dated in best.items() if dated is not None}


def warehouses_in_stock(*, skus: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the codes of the warehouses that have each SKU to sell, active or not: addresses
    decide who serves.
    """
    rows = (
        Stock.objects.filter(sku__in=set(skus), on_hand__gt=F("reserved"))
        .order_by("warehouse__code")
        .values_list("sku", "warehouse__code")
    )
    found: dict[str, tuple[str, ...]] = dict.fromkeys(skus, ())
    for sku, code in rows:
        found[sku] += (code,)
    return found


def available_quantity(*, skus: Sequence[str], destination: Destination | None) -> dict[str, int]:
    """Return how many units of each SKU can be had, at the address or (None) at all; 0 for the
    rest.
    """
    stock = Stock.objects.filter(sku__in=set(skus))
    if destination is None:
        stock = stock.filter(warehouse__is_active=True)
    else:
        stock = stock.filter(
            warehouse_id__in={lane.warehouse_id for lane in find_lanes(destination)}
        )
    totals = (
        stock.values("sku")
        .annotate(units=Sum(F("on_hand") - F("reserved")))
        .values_list("sku", "units")
    )
    return dict.fromkeys(skus, 0) | dict(totals)


def _promise(dated: DatedLane) -> Promise:
    return Promise(
        service_level=dated.lane.service_level,
        delivery_date=dated.time.delivery_date,
        order_by=dated.time.order_by,
        fee=dated.lane.fee,
        warehouse_code=dated.lane.warehouse_code,
    )
