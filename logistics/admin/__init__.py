"""Backoffice pages for warehouses, lanes, stock and shipments."""

from logistics.admin.inventory import StockAdmin
from logistics.admin.lanes import LaneAdmin
from logistics.admin.network import CarrierAdmin, WarehouseAdmin
from logistics.admin.shipping import ShipmentAdmin

__all__ = ["CarrierAdmin", "LaneAdmin", "ShipmentAdmin", "StockAdmin", "WarehouseAdmin"]
