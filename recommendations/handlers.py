"""What recommendations do about other apps' events.

Orders and their outcomes go to the event stream through the outbox, so that none is lost.
"""

from dataclasses import asdict
from functools import partial

from django.db import transaction

from accounts.events import CustomerSignedIn
from orders.events import OrderPlaced, OrderStatusChanged
from orders.selectors import get_order
from orders.types import OrderView
from recommendations.interactions import OrderedLine
from recommendations.serving import recent
from recommendations.serving.groups import keep_group
from recommendations.types import Shopper
from shop.core import stream

PLACED = "placed"


def bring_views_along(event: CustomerSignedIn) -> None:
    """Remember for the customer what the browser looked at before; not if nobody signs in.

    What it did before is told to be the customer's too, as its id is another from then on; and
    the customer stays in the group in which the guest was.
    """
    if event.visitor:
        keep_group(customer_id=event.customer_id, visitor=event.visitor)
        guest = Shopper(visitor=event.visitor)
        customer = Shopper(visitor=event.visitor, customer_id=event.customer_id)
        bring = partial(recent.bring_along, guest.key, customer.key)
        transaction.on_commit(bring, robust=True)
        tell = partial(
            stream.record, "sign-in", visitor=event.visitor, customer_id=event.customer_id
        )
        transaction.on_commit(tell, robust=True)


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
