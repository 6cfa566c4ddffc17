"""What staff and customers do with an order: pack, ship, deliver, cancel, return, try again.

Each locks the payment, then the order, then stock: the same way round as everybody.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cart.services import restore_lines
from cart.types import CartView, LineToAdd
from logistics.services import (
    consume_reservations,
    create_shipments,
    mark_delivered,
    release_reservations,
    restock_returned,
)
from orders.models import Order
from orders.selectors import get_order
from orders.states import CALLED_OFF, CANCELLED_UNPAID, OrderStatus
from orders.steps import lock_order, take_step
from orders.types import is_owned_by
from payments.services import abandon_payment, lock_payment, request_refund
from shop.core.visitor import Owner


@transaction.atomic
def pack_order(*, number: str, actor: str, now: datetime) -> None:
    """Note that the order's parcels are packed.

    :raises IllegalTransition: unless it is confirmed
    """
    order = _lock(number)
    take_step(order, OrderStatus.PACKED, cause="packed", now=now, actor=actor)


@transaction.atomic
def ship_order(*, number: str, tracking: Mapping[str, str], actor: str, now: datetime) -> None:
    """Send the parcels: the stock leaves the warehouses. `tracking` maps warehouse to number.

    :raises IllegalTransition: unless it is packed
    :raises MissingTrackingNumber: unless each warehouse of the order has a number
    """
    order = _lock(number)
    note = ", ".join(f"{warehouse}: {code}" for warehouse, code in sorted(tracking.items()))
    take_step(order, OrderStatus.SHIPPED, cause="shipped", now=now, note=note, actor=actor)
    create_shipments(order_number=number, tracking=tracking, now=now)
    consume_reservations(order_number=number, actor=actor)


@transaction.atomic
def deliver_order(*, number: str, actor: str, now: datetime) -> None:
    """Note that the last parcel arrived.

    :raises IllegalTransition: unless it is shipped
    """
    order = _lock(number)
    take_step(order, OrderStatus.DELIVERED, cause="delivered", now=now, actor=actor)
    mark_delivered(order_number=number, now=now)


@transaction.atomic
def cancel_order(*, number: str, actor: str, now: datetime, reason: str = "") -> None:
    """Cancel before shipping: an unpaid order is given up, a paid one refunded in full.

    An actor with the order's own e-mail address is its shopper; anybody else is staff.

    :raises IllegalTransition: once it is shipped, or ended otherwise
    """
    order = _lock(number)
    if order.status == OrderStatus.AWAITING_PAYMENT:
        cause = CALLED_OFF if actor == order.email else CANCELLED_UNPAID
        abandon_payment(order_number=number, cause=cause, now=now)
        return
    take_step(order, OrderStatus.CANCELLED, cause="cancelled", now=now, note=reason, actor=actor)
    request_refund(order_number=number, reason="cancelled", now=now)
    release_reservations(order_number=number)


@transaction.atomic
def return_order(*, number: str, actor: str, now: datetime, reason: str = "") -> None:
    """Take the whole order back: refund it and put what came back on the shelf.

    :raises IllegalTransition: unless it is delivered
    """
    order = _lock(number)
    take_step(order, OrderStatus.RETURNED, cause="returned", now=now, note=reason, actor=actor)
    request_refund(order_number=number, reason="returned", now=now)
    restock_returned(order_number=number, actor=actor)


@transaction.atomic
def restore_cart(*, number: str, owner: Owner) -> CartView:
    """Put an order's lines back in the cart, for "try again"; doing it twice adds nothing.

    With an order's link its lines may go to somebody else's cart; that leaves the order alone.

    :raises OrderNotFound: if there is no such order, live or archived
    """
    order = get_order(number=number)
    wanted = [LineToAdd(sku=line.sku, quantity=line.quantity) for line in order.lines]
    cart = restore_lines(owner=owner, lines=wanted)
    if is_owned_by(order, owner):
        # Should late money re-instate the order, its lines leave its owner's cart again.
        Order.objects.filter(number=number).update(cart_restored_at=timezone.now())
    return cart


def _lock(number: str) -> Order:
    lock_payment(order_number=number)
    return lock_order(number)
