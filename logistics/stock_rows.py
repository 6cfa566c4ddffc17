"""The statements that lock and change stock rows: set-based, guarded, always locked in the order
of their ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from logistics.errors import StockLedgerBroken
from logistics.events import AvailabilityChanged
from logistics.models import Stock
from logistics.types import Parcel
from shop.core import outbox


@dataclass(frozen=True, kw_only=True)
class LockedStock:
    id: int
    warehouse_id: int
    warehouse_code: str
    sku: str
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, kw_only=True)
class ChangedStock:
    """A stock row after a change, and by how much its availability changed."""

    id: int
    sku: str
    on_hand: int
    available: int
    gained: int

    @property
    def crossed_zero(self) -> bool:
        return (self.available > 0) != (self.available - self.gained > 0)


# A set-based UPDATE alone locks in the order of its plan, and two of them deadlock: lock first, in
# the order of ids.
_LOCK_PAIRS = """
    SELECT stock.id, stock.warehouse_id, warehouse.code, stock.sku, stock.on_hand, stock.reserved
    FROM logistics_stock AS stock
    JOIN logistics_warehouse AS warehouse ON warehouse.id = stock.warehouse_id
    WHERE (warehouse.code, stock.sku) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
    ORDER BY stock.id FOR UPDATE OF stock
"""
_LOCK_CANDIDATES = """
    SELECT stock.id, stock.warehouse_id, warehouse.code, stock.sku, stock.on_hand, stock.reserved
    FROM logistics_stock AS stock
    JOIN logistics_warehouse AS warehouse ON warehouse.id = stock.warehouse_id
    WHERE stock.warehouse_id = ANY(%s) AND stock.sku = ANY(%s)
    ORDER BY stock.id FOR UPDATE OF stock
"""
_LOCK_OF_ORDER = """
    SELECT id FROM logistics_stock
    WHERE id IN (
        SELECT stock_id FROM logistics_reservation WHERE order_number = %s AND status = ANY(%s)
    )
    ORDER BY id FOR UPDATE
"""
_RESERVE = """
    UPDATE logistics_stock AS stock SET reserved = stock.reserved + wanted.quantity
    FROM unnest(%s::bigint[], %s::int[]) AS wanted(id, quantity)
    WHERE stock.id = wanted.id AND stock.on_hand - stock.reserved >= wanted.quantity
    RETURNING stock.id, stock.sku, stock.on_hand, stock.on_hand - stock.reserved, -wanted.quantity
"""
_GIVE_BACK = """
    UPDATE logistics_stock AS stock SET reserved = stock.reserved - freed.quantity
    FROM unnest(%s::bigint[], %s::int[]) AS freed(id, quantity)
    WHERE stock.id = freed.id AND stock.reserved >= freed.quantity
    RETURNING stock.id, stock.sku, stock.on_hand, stock.on_hand - stock.reserved, freed.quantity
"""
_SEND = """
    UPDATE logistics_stock AS stock
    SET on_hand = stock.on_hand - sent.quantity, reserved = stock.reserved - sent.quantity
    FROM unnest(%s::bigint[], %s::int[]) AS sent(id, quantity)
    WHERE stock.id = sent.id AND stock.reserved >= sent.quantity
    RETURNING stock.id, stock.sku, stock.on_hand, stock.on_hand - stock.reserved, 0
"""
_ADJUST = """
    UPDATE logistics_stock AS stock SET on_hand = stock.on_hand + change.delta
    FROM unnest(%s::bigint[], %s::int[]) AS change(id, delta)
    WHERE stock.id = change.id AND stock.on_hand + change.delta >= stock.reserved
    RETURNING stock.id, stock.sku, stock.on_hand, stock.on_hand - stock.reserved, change.delta
"""


def lock_parcels(parcels: Sequence[Parcel]) -> dict[tuple[str, str], LockedStock]:
    """Lock the rows a plan takes from, by (warehouse code, SKU)."""
    return lock_pairs(
        [(parcel.warehouse_code, line.sku) for parcel in parcels for line in parcel.lines]
    )


def lock_pairs(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], LockedStock]:
    """Lock exactly the rows of these (warehouse code, SKU) that exist."""
    rows = _lock(_LOCK_PAIRS, [code for code, _ in pairs], [sku for _, sku in pairs])
    return {(row.warehouse_code, row.sku): row for row in rows}


def lock_candidates(
    *, warehouse_ids: Iterable[int], skus: Iterable[str]
) -> dict[tuple[str, str], LockedStock]:
    """Lock every row of these SKUs in these warehouses, by (warehouse code, SKU)."""
    rows = _lock(_LOCK_CANDIDATES, sorted(set(warehouse_ids)), sorted(set(skus)))
    return {(row.warehouse_code, row.sku): row for row in rows}


def lock_stock_of_order(order_number: str, statuses: Sequence[str]) -> None:
    """Lock the rows that the order's reservations in these states refer to."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_OF_ORDER, [order_number, list(statuses)])


def reserve(units: Mapping[int, int]) -> list[ChangedStock] | None:
    """Raise `reserved` of locked rows; None if the guard refused any of them (the caller rolls
    back).
    """
    changed = _change(_RESERVE, units)
    return changed if len(changed) == len(units) else None


def give_back(units: Mapping[int, int]) -> list[ChangedStock]:
    """Lower `reserved` of locked rows."""
    return _all_changed(_change(_GIVE_BACK, units), units)


def send(units: Mapping[int, int]) -> list[ChangedStock]:
    """Lower `on_hand` and `reserved` of locked rows: the units leave the warehouse."""
    return _all_changed(_change(_SEND, units), units)


def adjust(deltas: Mapping[int, int]) -> list[ChangedStock]:
    """Raise or lower `on_hand` of locked rows."""
    return _all_changed(_change(_ADJUST, deltas), deltas)


def publish_crossings(changed: Iterable[ChangedStock]) -> None:
    """Tell those who keep availability per warehouse; other changes concern nobody."""
    skus = sorted({row.sku for row in changed if row.crossed_zero})
    if skus:
        outbox.publish_many([AvailabilityChanged(sku=sku) for sku in skus])


def current_stock(
    *, warehouse_ids: Iterable[int], skus: Iterable[str]
) -> dict[int, dict[str, int]]:
    """Warehouse id -> SKU -> units available, unlocked: true only until somebody is faster."""
    available: dict[int, dict[str, int]] = {}
    rows = Stock.objects.filter(warehouse_id__in=set(warehouse_ids), sku__in=set(skus))
    for warehouse_id, sku, on_hand, reserved in rows.values_list(
        "warehouse_id", "sku", "on_hand", "reserved"
    ):
        available.setdefault(warehouse_id, {})[sku] = on_hand - reserved
    return available


def _lock(statement: str, *parameters: list[str] | list[int]) -> list[LockedStock]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return [
            LockedStock(
                id=id_,
                warehouse_id=warehouse_id,
                warehouse_code=code,
                sku=sku,
                on_hand=on_hand,
                reserved=reserved,
            )
            for id_, warehouse_id, code, sku, on_hand, reserved in cursor.fetchall()
        ]


def _change(statement: str, units: Mapping[int, int]) -> list[ChangedStock]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(units), list(units.values())])
        return [
            ChangedStock(id=id_, sku=sku, on_hand=on_hand, available=available, gained=gained)
            for id_, sku, on_hand, available, gained in cursor.fetchall()
        ]


def _all_changed(changed: list[ChangedStock], units: Mapping[int, int]) -> list[ChangedStock]:
    if len(changed) != len(units):
        broken = sorted(units.keys() - {row.id for row in changed})
        raise StockLedgerBroken(
            f"Stock rows {broken} have less reserved than their reservations say."
        )
    return changed
