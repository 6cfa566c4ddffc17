"""Tables of logistics."""

from logistics.models.inventory import Reservation, Stock, StockMovement
from logistics.models.network import Carrier, CarrierHoliday, Lane, Warehouse, WarehouseHoliday
from logistics.models.serviceability import ServiceabilityRow
from logistics.models.shipping import Shipment

__all__ = [
    "Carrier",
    "CarrierHoliday",
    "Lane",
    "Reservation",
    "ServiceabilityRow",
    "Shipment",
    "Stock",
    "StockMovement",
    "Warehouse",
    "WarehouseHoliday",
]
