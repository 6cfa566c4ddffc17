"""Rebuilding the serviceability table when warehouses or lanes change."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, transaction

from logistics.domain.postal_areas import expand, parse_postal_areas
from logistics.domain.zones import LaneZone, ZoneRow, build_rows
from logistics.errors import UnknownWarehouse
from logistics.events import ServiceabilityChanged
from logistics.lane_cache import forget_cached_lanes
from logistics.models import Lane, Warehouse
from logistics.types import RebuildReport
from shop.core import outbox

_WANTED = """
    SELECT %s::bigint AS warehouse_id, wanted.*
    FROM unnest(
        %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
        %s::int[], %s::int[], %s::text[]
    ) AS wanted(
        country, prefix, service_level, lane_id, carrier_id, transit_days, fee_minor, currency
    )
"""
_REMOVE = f"""
    WITH wanted AS ({_WANTED})
    DELETE FROM logistics_serviceabilityrow AS present
    WHERE present.warehouse_id = %s AND NOT EXISTS (
        SELECT FROM wanted
        WHERE (wanted.country, wanted.prefix, wanted.service_level)
            = (present.country, present.prefix, present.service_level)
    )
"""  # noqa: S608 - a constant of this module
_UPSERT = f"""
    WITH wanted AS ({_WANTED})
    INSERT INTO logistics_serviceabilityrow AS present (
        warehouse_id, country, prefix, service_level,
        lane_id, carrier_id, transit_days, fee_minor, currency
    )
    SELECT * FROM wanted
    ON CONFLICT (country, prefix, warehouse_id, service_level) DO UPDATE
    SET (lane_id, carrier_id, transit_days, fee_minor, currency) = (
        excluded.lane_id, excluded.carrier_id,
        excluded.transit_days, excluded.fee_minor, excluded.currency
    )
    WHERE (
        present.lane_id, present.carrier_id,
        present.transit_days, present.fee_minor, present.currency
    ) IS DISTINCT FROM (
        excluded.lane_id, excluded.carrier_id,
        excluded.transit_days, excluded.fee_minor, excluded.currency
    )
"""  # noqa: S608 - a constant of this module


@transaction.atomic
def rebuild_serviceability(
    *, lane_ids: Collection[int] | None = None, warehouse_codes: Collection[str] | None = None
) -> RebuildReport:
    """Bring the table in line with the lanes of these warehouses, or of all; rows that are right
    stay untouched.

    A lane can only change rows of its own warehouse, so a change costs what that warehouse's lanes
    cost. Call it in the transaction that changes them.
    """
    # The lock makes two rebuilds of a warehouse queue up, and the second one see the first one's
    # lanes.
    warehouses = Warehouse.objects.select_for_update(no_key=True).order_by("id")
    if lane_ids is not None:
        codes = Lane.objects.filter(id__in=lane_ids).values_list("warehouse__code", flat=True)
        warehouse_codes = {*codes, *(warehouse_codes or ())}
    if warehouse_codes is not None:
        warehouses = warehouses.filter(code__in=warehouse_codes)
        _check_known(warehouse_codes)
    names, changed, written, removed = [], [], 0, 0
    for warehouse in warehouses:
        rows_removed, rows_written = _rebuild(warehouse)
        names.append(warehouse.code)
        if rows_removed or rows_written:
            changed.append(warehouse.code)
        removed += rows_removed
        written += rows_written
    forget_cached_lanes()
    outbox.publish_many([ServiceabilityChanged(warehouse_code=code) for code in changed])
    return RebuildReport(
        warehouses=tuple(names), changed=tuple(changed), rows_written=written, rows_removed=removed
    )


def _check_known(codes: Collection[str]) -> None:
    known = Warehouse.objects.filter(code__in=codes).values_list("code", flat=True)
    unknown = sorted(set(codes) - set(known))
    if unknown:
        raise UnknownWarehouse(code=unknown[0])


def wanted_rows(warehouse: Warehouse) -> list[ZoneRow]:
    """The rows the warehouse should have, from its lanes as they are."""
    if not warehouse.is_active:
        return []
    lanes = Lane.objects.filter(warehouse=warehouse, is_active=True).order_by("id")
    return list(build_rows([_zone(lane) for lane in lanes]))


def _rebuild(warehouse: Warehouse) -> tuple[int, int]:
    columns = _columns(wanted_rows(warehouse))
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [warehouse.id, *columns, warehouse.id])
        removed = cursor.rowcount
        cursor.execute(_UPSERT, [warehouse.id, *columns])
        return removed, cursor.rowcount


def _columns(rows: Sequence[ZoneRow]) -> list[list[Any]]:
    return [
        [row.country for row in rows],
        [row.prefix for row in rows],
        [row.lane.service_level for row in rows],
        [row.lane.lane_id for row in rows],
        [row.lane.carrier_id for row in rows],
        [row.lane.transit_days for row in rows],
        [row.lane.fee_minor for row in rows],
        [row.lane.currency for row in rows],
    ]


def _zone(lane: Lane) -> LaneZone:
    return LaneZone(
        lane_id=lane.id,
        carrier_id=lane.carrier_id,
        country=lane.country,
        service_level=lane.service_level,
        prefixes=tuple(expand(parse_postal_areas(lane.postal_areas, country=lane.country))),
        transit_days=lane.transit_days,
        fee_minor=lane.fee_minor,
        currency=lane.currency,
    )
