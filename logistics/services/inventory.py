"""Staff corrections of stock."""

from django.db import transaction

from catalog.selectors import get_offers
from logistics import stock_rows
from logistics.errors import (
    InvalidQuantity,
    StockBelowReserved,
    StockChangedMeanwhile,
    UnknownSku,
    UnknownWarehouse,
)
from logistics.models import Stock, Warehouse
from logistics.movements import record_movements
from logistics.states import MovementReason
from logistics.types import StockLevel

LARGEST_ON_HAND = 10_000_000
"""More than that is a typing error."""


@transaction.atomic
def set_stock(
    *,
    warehouse_code: str,
    sku: str,
    on_hand: int,
    expected_on_hand: int | None = None,
    actor: str = "",
) -> StockLevel:
    """Say how many units of the SKU lie in the warehouse; with `expected_on_hand` only if that is
    still the number.

    :raises UnknownWarehouse, UnknownSku, InvalidQuantity: for input that cannot be
    :raises StockBelowReserved: if more is reserved for orders than would be left
    :raises StockChangedMeanwhile: if `on_hand` is no longer `expected_on_hand`
    """
    check_on_hand(on_hand)
    warehouse = Warehouse.objects.filter(code=warehouse_code).first()
    if warehouse is None:
        raise UnknownWarehouse(code=warehouse_code)
    stock = _locked_row(warehouse, sku)
    if expected_on_hand is not None and stock.on_hand != expected_on_hand:
        raise StockChangedMeanwhile(
            warehouse_code=warehouse_code,
            sku=sku,
            expected=expected_on_hand,
            on_hand=stock.on_hand,
        )
    if on_hand < stock.reserved:
        raise StockBelowReserved(
            warehouse_code=warehouse_code, sku=sku, on_hand=on_hand, reserved=stock.reserved
        )
    delta = on_hand - stock.on_hand
    if delta:
        changed = stock_rows.adjust({stock.id: delta})
        record_movements(
            {stock.id: (delta, on_hand)}, reason=MovementReason.CORRECTION, actor=actor
        )
        stock_rows.publish_crossings(changed)
    return StockLevel(
        warehouse_code=warehouse_code, sku=sku, on_hand=on_hand, reserved=stock.reserved
    )


def check_on_hand(on_hand: int) -> None:
    """:raises InvalidQuantity: below zero or absurdly large"""
    if not 0 <= on_hand <= LARGEST_ON_HAND:
        raise InvalidQuantity(
            field="on_hand",
            message=f"On hand must be between 0 and {LARGEST_ON_HAND:,}, not {on_hand:,}.",
        )


def _locked_row(warehouse: Warehouse, sku: str) -> Stock:
    rows = Stock.objects.filter(warehouse=warehouse, sku=sku).select_for_update(of=("self",))
    found = rows.first()
    if found is not None:
        return found
    if sku not in get_offers(skus=[sku]):
        raise UnknownSku(sku=sku)
    # Somebody else may create it at this very moment: then theirs is locked.
    Stock.objects.bulk_create([Stock(warehouse=warehouse, sku=sku)], ignore_conflicts=True)
    return rows.get()
