"""One step of an order: its row locked, the table asked, the timeline written, the fact told."""

from datetime import datetime

from orders.errors import OrderNotFound
from orders.events import OrderStatusChanged
from orders.models import Order, TimelineEntry
from orders.states import OrderStatus, check_transition
from shop.core import outbox


def lock_order(number: str) -> Order:
    """Return the live order, locked; its payment is locked before it, its stock after it.

    :raises OrderNotFound: if it is not live
    """
    order = Order.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise OrderNotFound(number)
    return order


def take_step(
    order: Order,
    status: OrderStatus,
    *,
    cause: str,
    now: datetime,
    note: str = "",
    actor: str = "",
) -> None:
    """Move a locked order on.

    :raises IllegalTransition: if the order is in no status that this may follow
    """
    old = order.status
    check_transition(order.number, old, status)
    order.status, order.status_at, order.placed_from = status, now, ""
    order.save(update_fields=["status", "status_at", "placed_from"])
    TimelineEntry.objects.create(
        order=order,
        at=now,
        old_status=old,
        status=status,
        cause=cause,
        note=note[:300],
        actor=actor,
    )
    outbox.publish(
        OrderStatusChanged(
            order_number=order.number, old_status=old, new_status=status, cause=cause
        )
    )
