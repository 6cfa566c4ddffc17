"""Reactions to events."""

from collections.abc import Sequence

from logistics.events import ServiceabilityChanged
from logistics.lane_cache import forget_cached_lanes
from shop.core.outbox import subscribe_batch


def subscribe_handlers() -> None:
    subscribe_batch(ServiceabilityChanged, forget_lanes_of_changed_warehouses)


def forget_lanes_of_changed_warehouses(events: Sequence[ServiceabilityChanged]) -> None:
    """Forget once more.

    The rebuild does it at once, but a cache that was down just then keeps what it had.
    """
    forget_cached_lanes()
