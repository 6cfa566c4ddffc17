"""The reminder, in the cart and at checkout, of an order that waits for its payment."""

from dataclasses import dataclass
from datetime import datetime

from orders.selectors import find_waiting_order
from orders.types import WaitingOrder
from shop.pages.order_view import clock
from shop.pages.shopper import ShopRequest, owner_of


@dataclass(frozen=True, kw_only=True)
class Reminder:
    order: WaitingOrder
    left: str


def find_reminder(request: ShopRequest, *, now: datetime) -> Reminder | None:
    """Return what to remind the shopper of; not for htmx, which swaps other parts of a page."""
    if request.htmx:
        return None
    order = find_waiting_order(owner=owner_of(request), now=now)
    if order is None:
        return None
    return Reminder(order=order, left=clock(int((order.expires_at - now).total_seconds())))
