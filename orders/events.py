"""Facts about orders; both reach their subscribers through the outbox."""

from dataclasses import dataclass

from shop.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    event_type = "orders.placed"

    order_number: str


@dataclass(frozen=True, kw_only=True)
class OrderStatusChanged(Event):
    event_type = "orders.status-changed"

    order_number: str
    old_status: str
    new_status: str
    cause: str
