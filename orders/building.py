"""Orders' rows as the value objects that everybody else sees."""

from collections.abc import Iterable

from accounts.types import PostalAddress
from orders.models import Order
from orders.types import OrderLineView, OrderSummary, OrderView, TimelineView
from shop.core.money import Money

TITLES_SHOWN = 3


def view_of(order: Order) -> OrderView:
    """Return a live order whose lines and timeline are loaded; payment and shipments are not."""
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    timeline = sorted(order.timeline.all(), key=lambda entry: entry.pk)
    return OrderView(
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        status_at=order.status_at,
        email=order.email,
        customer_id=order.customer_id,
        visitor=order.visitor,
        lines=tuple(
            OrderLineView(
                sku=line.sku,
                product_id=line.product_id,
                title=line.title,
                slug=line.slug,
                options=line.options,
                picture_url=line.picture_url,
                unit_price=Money(line.unit_price_minor, order.currency),
                quantity=line.quantity,
            )
            for line in lines
        ),
        items_total=Money(order.items_minor, order.currency),
        delivery_fee=Money(order.delivery_fee_minor, order.currency),
        total=Money(order.total_minor, order.currency),
        address=PostalAddress.from_json(order.address),
        service_level=order.service_level,
        promised_date=order.promised_date,
        warehouse_codes=tuple(parcel["warehouse"] for parcel in order.parcels),
        timeline=tuple(
            TimelineView(
                at=entry.at,
                status=entry.status,
                cause=entry.cause,
                note=entry.note,
                actor=entry.actor,
            )
            for entry in timeline
        ),
    )


def summary_of(view: OrderView) -> OrderSummary:
    return OrderSummary(
        number=view.number,
        status=view.status,
        placed_at=view.placed_at,
        total=view.total,
        line_count=len(view.lines),
        titles=tuple(line.title for line in view.lines[:TITLES_SHOWN]),
        picture_urls=tuple(line.picture_url for line in view.lines[:TITLES_SHOWN]),
        promised_date=view.promised_date,
        is_archived=view.is_archived,
    )


def summaries_of(orders: Iterable[Order]) -> list[OrderSummary]:
    return [summary_of(view_of(order)) for order in orders]
