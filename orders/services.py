"""What other layers may have orders do."""

from orders.archiving import archive_order, archive_orders
from orders.idempotency import forget_old_keys
from orders.moving_archive import move_archive
from orders.placing import place_order
from orders.processing import (
    cancel_order,
    deliver_order,
    pack_order,
    restore_cart,
    return_order,
    ship_order,
)

__all__ = [
    "archive_order",
    "archive_orders",
    "cancel_order",
    "deliver_order",
    "forget_old_keys",
    "move_archive",
    "pack_order",
    "place_order",
    "restore_cart",
    "return_order",
    "ship_order",
]
