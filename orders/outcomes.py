"""What a payment's outcome means for its order: handled in the transaction that decides it.

The payment's row is locked already; the order is locked here, and stock rows after it.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.types import PostalAddress
from cart.services import remove_lines
from logistics.errors import DeliveryNotPossible, InsufficientStock
from logistics.selectors import plan_allocation
from logistics.services import commit_reservations, release_reservations
from logistics.types import LineRequest
from orders.events import OrderStatusChanged
from orders.models import Order
from orders.placing import hold_stock, parcels_json
from orders.states import GIVEN_UP, UNPAID, OrderStatus
from orders.steps import lock_order, take_step
from payments.events import LateSuccess, PaymentFailed, PaymentSucceeded, PaymentTimedOut
from payments.services import reinstate_payment, request_refund
from shop.core.visitor import Owner

REINSTATED = "reinstated"

logger = logging.getLogger(__name__)


def confirm_order(event: PaymentSucceeded) -> None:
    order = lock_order(event.order_number)
    commit_reservations(order_number=order.number)
    take_step(order, OrderStatus.CONFIRMED, cause=event.cause, now=_decided_at(event))


def fail_order(event: PaymentFailed) -> None:
    _give_up(event, OrderStatus.PAYMENT_FAILED)


def time_order_out(event: PaymentTimedOut) -> None:
    _give_up(event, OrderStatus.PAYMENT_TIMED_OUT)


def settle_late_money(event: LateSuccess) -> None:
    """Re-instate the order if the policy says so and everything is still there; else refund."""
    order = Order.objects.select_for_update().filter(number=event.order_number).first()
    if order is not None and settings.LATE_PAYMENT_POLICY == "reinstate" and _reinstate(order):
        return
    request_refund(order_number=event.order_number, reason="late_payment", now=timezone.now())


def take_reinstated_lines_from_cart(event: OrderStatusChanged) -> None:
    """After "try again" the lines lie in the cart: a re-instated order already brings them.

    Through the outbox, because carts are locked before payments.
    """
    if event.cause != REINSTATED:
        return
    order = Order.objects.filter(number=event.order_number).first()
    if order is None or order.cart_restored_at is None:
        return
    skus = list(order.lines.values_list("sku", flat=True))
    remove_lines(owner=Owner(customer_id=order.customer_id, visitor=order.visitor), skus=skus)


def _give_up(event: PaymentFailed | PaymentTimedOut, status: OrderStatus) -> None:
    order = lock_order(event.order_number)
    take_step(order, status, cause=event.cause, now=_decided_at(event))
    release_reservations(order_number=order.number)


def _decided_at(event: PaymentSucceeded | PaymentFailed | PaymentTimedOut) -> datetime:
    """Return when the payment was settled: the order's timeline tells the same time."""
    return datetime.fromisoformat(event.at) if event.at else timezone.now()


def _reinstate(order: Order) -> bool:
    if order.status not in UNPAID or _was_given_up(order) or _was_ordered_again(order):
        return False
    address = PostalAddress.from_json(order.address)
    wanted = [
        LineRequest(sku=line.sku, quantity=line.quantity)
        for line in order.lines.order_by("position")
    ]
    now = timezone.now()
    try:
        # The savepoint gives back what was locked and held if the lines are short together.
        with transaction.atomic():
            plan = plan_allocation(
                lines=wanted,
                destination=address.destination,
                service_level=order.service_level,
                now=now,
            )
            reinstate_payment(order_number=order.number, now=now)
            take_step(order, OrderStatus.CONFIRMED, cause=REINSTATED, now=now)
            order.promised_date, order.parcels = plan.delivery_date, parcels_json(plan)
            order.save(update_fields=["promised_date", "parcels"])
            hold_stock(order, plan, wanted, address, now)
            commit_reservations(order_number=order.number)
    except (InsufficientStock, DeliveryNotPossible):
        order.refresh_from_db()
        return False
    return True


def _was_given_up(order: Order) -> bool:
    """Tell whether customer or staff cancelled it: then nobody wants it back."""
    return order.timeline.filter(cause__in=GIVEN_UP).exists()


def _was_ordered_again(order: Order) -> bool:
    """Tell whether the shopper has since ordered any of it anew: they want one of it, not two."""
    same = Order.objects.filter(placed_at__gt=order.placed_at)
    if order.customer_id is not None:
        same = same.filter(customer_id=order.customer_id)
    elif order.visitor:
        same = same.filter(visitor=order.visitor)
    else:
        return False
    skus = order.lines.values_list("sku", flat=True)
    return same.filter(lines__sku__in=skus).exclude(status__in=UNPAID).exists()
