"""Does the stock add up? The checks of `manage.py audit` that concern logistics."""

from collections.abc import Iterator

from django.db import connection

from logistics.models import ServiceabilityRow, Warehouse
from logistics.services.serviceability import wanted_rows
from shop.core.registry import Difference

_STOCK = """
    SELECT warehouse.code, stock.sku, stock.on_hand, stock.reserved,
           coalesce(live.units, 0), coalesce(journal.units, 0)
    FROM logistics_stock AS stock
    JOIN logistics_warehouse AS warehouse ON warehouse.id = stock.warehouse_id
    LEFT JOIN (
        SELECT stock_id, sum(quantity) AS units FROM logistics_reservation
        WHERE status IN ('held', 'committed') GROUP BY stock_id
    ) AS live ON live.stock_id = stock.id
    LEFT JOIN (
        SELECT stock_id, sum(delta) AS units FROM logistics_stockmovement GROUP BY stock_id
    ) AS journal ON journal.stock_id = stock.id
    WHERE stock.reserved <> coalesce(live.units, 0) OR stock.on_hand <> coalesce(journal.units, 0)
       OR stock.reserved > stock.on_hand OR stock.reserved < 0
    ORDER BY warehouse.code, stock.sku
"""


def audit_stock() -> list[Difference]:
    """Return what does not add up, by one statement, so that it sees one moment."""
    with connection.cursor() as cursor:
        cursor.execute(_STOCK)
        rows = cursor.fetchall()
    return [
        difference
        for code, sku, *numbers in rows
        for difference in _stock_differences(f"{sku} in {code}", *numbers)
    ]


def audit_serviceability() -> list[Difference]:
    """Return the warehouses whose prebuilt rows are not what their lanes say."""
    return [
        Difference(
            kind="serviceability-stale",
            subject=warehouse.code,
            detail="Its prebuilt rows differ from its lanes; run rebuild_serviceability.",
        )
        for warehouse in Warehouse.objects.order_by("code")
        if _present(warehouse) != _wanted(warehouse)
    ]


def _stock_differences(
    subject: str, on_hand: int, reserved: int, live: int, journal: int
) -> Iterator[Difference]:
    if reserved != live:
        yield Difference(
            kind="reserved-differs",
            subject=subject,
            detail=f"{reserved} are reserved, but live reservations add up to {live}.",
        )
    if reserved > on_hand or reserved < 0 or live > on_hand:
        yield Difference(
            kind="oversold",
            subject=subject,
            detail=f"{on_hand} on hand, {reserved} reserved, {live} in live reservations.",
        )
    if on_hand != journal:
        yield Difference(
            kind="journal-differs",
            subject=subject,
            detail=f"{on_hand} are on hand, but its movements add up to {journal}.",
        )


Row = tuple[str, str, str, int, int, int, int, str]


def _present(warehouse: Warehouse) -> set[Row]:
    rows = ServiceabilityRow.objects.filter(warehouse=warehouse)
    return set(
        rows.values_list(
            "country",
            "prefix",
            "service_level",
            "lane_id",
            "carrier_id",
            "transit_days",
            "fee_minor",
            "currency",
        )
    )


def _wanted(warehouse: Warehouse) -> set[Row]:
    return {
        (
            row.country,
            row.prefix,
            row.lane.service_level,
            row.lane.lane_id,
            row.lane.carrier_id,
            row.lane.transit_days,
            row.lane.fee_minor,
            row.lane.currency,
        )
        for row in wanted_rows(warehouse)
    }
