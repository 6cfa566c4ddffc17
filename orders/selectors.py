"""Questions about orders: live and archived ones are one history."""

import logging
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from logistics.selectors import shipments_for
from orders.archives import order_archive
from orders.building import summaries_of, view_of
from orders.cursor import Position, from_cursor, to_cursor
from orders.errors import OrderNotFound
from orders.models import Order, OrderLine
from orders.states import UNPAID, OrderStatus
from orders.types import OrderedProducts, OrderPage, OrderSummary, OrderView, WaitingOrder
from payments.selectors import get_payment
from shop.core.errors import StoreUnavailable
from shop.core.visitor import Owner

logger = logging.getLogger(__name__)

LONGEST_PAGE = 100


def get_order(*, number: str) -> OrderView:
    """Return an order, live or archived, with its payment, refund and shipments.

    :raises OrderNotFound: if there is none
    :raises StoreUnavailable: if it is not live and the archive does not answer
    """
    live = Order.objects.filter(number=number).prefetch_related("lines", "timeline").first()
    if live is None:
        return replace(order_archive().get(number), payment=get_payment(order_number=number))
    shipments = shipments_for(order_numbers=[number]).get(number, [])
    return replace(
        view_of(live),
        payment=get_payment(order_number=number),
        shipments=tuple(shipments),
    )


def get_ordered_products(*, number: str) -> OrderedProducts:
    """Return what an order holds, without all that a page of it shows; raises as `get_order`."""
    lines = OrderLine.objects.filter(order_id=number).order_by("position").select_related("order")
    live = list(lines)
    if live:
        order, ids = live[0].order, [line.product_id for line in live]
        customer_id, visitor = order.customer_id, order.visitor
    else:
        found = order_archive().get(number)
        ids = [line.product_id for line in found.lines]
        customer_id, visitor = found.customer_id, found.visitor
    return OrderedProducts(
        number=number, customer_id=customer_id, visitor=visitor, product_ids=tuple(ids)
    )


def list_orders(*, customer_id: int, cursor: str | None = None, limit: int = 20) -> OrderPage:
    """Return a page of a customer's orders, newest first, live and archived as one list.

    SQL is read first and the archive after it: an order that moves meanwhile is then seen twice
    at most, never missed, and the live one wins.

    :raises InvalidCursor: if the cursor is not one of ours
    """
    limit = max(1, min(limit, LONGEST_PAGE))
    before = from_cursor(cursor) if cursor else None
    live = _live_summaries(customer_id, before, limit + 1)
    archived, is_complete = _archived_summaries(customer_id, before, limit + 1)
    by_number = {order.number: order for order in [*archived, *live]}
    ordered = sorted(by_number.values(), key=position_of, reverse=True)
    shown = ordered[:limit]
    has_more = len(ordered) > limit
    return OrderPage(
        orders=tuple(shown),
        next_cursor=to_cursor(position_of(shown[-1])) if has_more else None,
        archive_available=is_complete,
    )


def list_visitor_orders(*, visitor: str, limit: int = 20) -> list[OrderSummary]:
    """Return a guest's live orders of this browser, newest first."""
    orders = Order.objects.filter(visitor=visitor, customer__isnull=True)
    loaded = orders.prefetch_related("lines", "timeline").order_by("-placed_at", "-number")
    return summaries_of(loaded[:limit])


def find_waiting_order(*, owner: Owner, now: datetime) -> WaitingOrder | None:
    """Return the owner's newest order that can still be paid; one statement if there is none."""
    orders = Order.objects.filter(status=OrderStatus.AWAITING_PAYMENT)
    if owner.customer_id is not None:
        orders = orders.filter(customer_id=owner.customer_id)
    elif owner.visitor:
        orders = orders.filter(visitor=owner.visitor, customer__isnull=True)
    else:
        return None
    number = orders.order_by("-placed_at").values_list("number", flat=True).first()
    payment = get_payment(order_number=number) if number else None
    if number is None or payment is None or payment.expires_at <= now:
        return None
    return WaitingOrder(number=number, expires_at=payment.expires_at)


def bought_product_ids(*, customer_id: int) -> frozenset[int]:
    """Return what the customer's live orders hold, unless they were not paid or cancelled."""
    lines = OrderLine.objects.filter(order__customer_id=customer_id).exclude(
        order__status__in=[*UNPAID, OrderStatus.CANCELLED]
    )
    return frozenset(lines.values_list("product_id", flat=True))


def position_of(order: OrderSummary) -> Position:
    return Position(order.placed_at, order.number)


def _live_summaries(customer_id: int, before: Position | None, limit: int) -> list[OrderSummary]:
    orders = Order.objects.filter(customer_id=customer_id)
    if before is not None:
        orders = orders.filter(
            Q(placed_at__lt=before.placed_at)
            | Q(placed_at=before.placed_at, number__lt=before.number)
        )
    loaded = orders.prefetch_related("lines", "timeline").order_by("-placed_at", "-number")
    return summaries_of(loaded[:limit])


def _archived_summaries(
    customer_id: int, before: Position | None, limit: int
) -> tuple[list[OrderSummary], bool]:
    try:
        found = order_archive().list_by_customer(customer_id, before=before, limit=limit)
    except StoreUnavailable:
        logger.warning("Could not read the archive; showing live orders alone.")
        return [], False
    return list(found), True


__all__ = [
    "OrderNotFound",
    "bought_product_ids",
    "find_waiting_order",
    "get_order",
    "get_ordered_products",
    "list_orders",
    "list_visitor_orders",
]
