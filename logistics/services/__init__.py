"""Commands of logistics."""

from logistics.services.inventory import set_stock
from logistics.services.network import delete_lanes, save_carrier, save_lane, save_warehouse
from logistics.services.reservations import (
    commit_reservations,
    consume_reservations,
    release_reservations,
    reserve_stock,
)
from logistics.services.returns import restock_returned
from logistics.services.serviceability import rebuild_serviceability
from logistics.services.shipments import create_shipments, mark_delivered
from logistics.services.stock_import import import_stock

__all__ = [
    "commit_reservations",
    "consume_reservations",
    "create_shipments",
    "delete_lanes",
    "import_stock",
    "mark_delivered",
    "rebuild_serviceability",
    "release_reservations",
    "reserve_stock",
    "restock_returned",
    "save_carrier",
    "save_lane",
    "save_warehouse",
    "set_stock",
]
