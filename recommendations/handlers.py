"""Orders and their outcomes go to the event stream through the outbox, so that none is lost."""

from dataclasses import asdict

from orders.events import OrderPlaced, OrderStatusChanged
from orders.selectors import get_order
from orders.types import OrderView
from recommendations.interactions import OrderedLine
from shop.core import stream

PLACED = "placed"


def record_placed_order(event: OrderPlaced) -> None:
    """Record that an order was placed.

    :raises StoreUnavailable: when the stream does not take it; the outbox comes again
    """
    _record(get_order(number=event.order_number), outcome=PLACED)


def record_order_outcome(event: OrderStatusChanged) -> None:
    """Record an order's new status; raises as `record_placed_order`."""
    _record(get_order(number=event.order_number), outcome=event.new_status)


def _record(order: OrderView, *, outcome: str) -> None:
    reached = [entry.at for entry in order.timeline if entry.status == outcome]
    occurred_at = order.placed_at if outcome == PLACED else max(reached, default=order.status_at)
    stream.record_durable(
        "order",
        # The same id when the outbox repeats the event: the lake then counts it once.
        event_id=f"order:{order.number}:{outcome}",
        occurred_at=occurred_at.isoformat(),
        visitor=order.visitor,
        customer_id=order.customer_id,
        order_number=order.number,
        outcome=outcome,
        total_minor=order.total.minor,
        currency=order.total.currency,
        postal_code=order.address.postal_code,
        lines=[
            asdict(
                OrderedLine(
                    sku=line.sku,
                    product_id=line.product_id,
                    quantity=line.quantity,
                    unit_price_minor=line.unit_price.minor,
                )
            )
            for line in order.lines
        ],
    )
