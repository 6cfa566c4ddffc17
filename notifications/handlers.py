"""Which event makes which e-mail; all run from the outbox, on the queue "notifications"."""

from django.utils import timezone

from notifications.kinds import ON_STATUS, Kind
from notifications.services import send_once
from orders.events import OrderStatusChanged
from orders.selectors import get_order
from orders.states import CALLED_OFF, OrderStatus
from payments.events import LateSuccess, RefundFailed, RefundFinished


def tell_new_status(event: OrderStatusChanged) -> None:
    """Tell the customer what became of the order.

    Who calls off what they never paid for sees it on the screen. A mail would be one to any
    address, as often as a stranger likes: anybody may order in anybody's name.
    """
    if event.cause == CALLED_OFF:
        return
    kind = ON_STATUS.get(OrderStatus(event.new_status))
    if kind is not None:
        send_once(order_number=event.order_number, kind=kind, now=timezone.now())


def tell_late_payment(event: LateSuccess) -> None:
    """Tell the customer that late money goes back, unless it re-instated the order."""
    send_once(order_number=event.order_number, kind=Kind.LATE_PAYMENT, now=timezone.now())


def tell_refund(event: RefundFinished) -> None:
    """Tell the customer that the money is on its way back."""
    send_once(
        order_number=event.order_number,
        kind=Kind.REFUNDED,
        reference=event.refund_id,
        now=timezone.now(),
    )


def tell_staff_of_failed_refund(event: RefundFailed) -> None:
    """Tell staff, once for each round of attempts that failed."""
    order = get_order(number=event.order_number)
    for refund in order.refunds:
        if refund.state != "failed" or refund.settled_at is None:
            # Started again meanwhile: nobody need act.
            continue
        send_once(
            order_number=event.order_number,
            kind=Kind.REFUND_FAILED,
            reference=f"{refund.refund_id} {refund.settled_at:%Y%m%d%H%M%S}",
            detail=event.detail,
            now=timezone.now(),
        )
