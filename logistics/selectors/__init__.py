"""Questions to logistics."""

from logistics.selectors.availability import (
    available_quantity,
    promises,
    serving_warehouses,
    warehouses_in_stock,
)
from logistics.selectors.delivery import delivery_options, plan_allocation
from logistics.selectors.orders import (
    live_reservations,
    parcels_for,
    shipments_for,
    units_by_status,
)

__all__ = [
    "available_quantity",
    "delivery_options",
    "live_reservations",
    "parcels_for",
    "plan_allocation",
    "promises",
    "serving_warehouses",
    "shipments_for",
    "units_by_status",
    "warehouses_in_stock",
]
