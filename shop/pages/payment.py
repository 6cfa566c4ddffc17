"""The way to the payment page, and asking the gateway how a payment stands."""

import logging
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponseBase, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect

from orders.states import OrderStatus
from orders.types import OrderView
from payments.errors import PaymentWindowClosed
from payments.services import ask_gateway, open_session
from shop.core.errors import Declined, DomainError, InfrastructureError
from shop.core.order_links import sign_order_link
from shop.pages.shopper import ShopRequest, customer_id_of

logger = logging.getLogger(__name__)

GATEWAY_DOWN = (
    "The payment page does not answer at the moment. Your items are held for you: "
    "press “Pay now” to try again."
)
# The gateway's own message is nearly always there first.
PATIENCE = timedelta(seconds=2)
ASK_EVERY_SECONDS = 5
ASK_AGAIN_AFTER_FAILURE_SECONDS = 30


class SeeOther(HttpResponseRedirect):
    """To another page by GET, whatever brought the browser here."""

    status_code = 303


def order_link(request: ShopRequest, number: str) -> str:
    """Return the order's page; a guest's link carries the token, so that it can be kept."""
    return f"/orders/{number}/" if customer_id_of(request) else sign_order_link(number)


def send_to_gateway(
    request: ShopRequest, *, number: str, back: str, now: datetime
) -> HttpResponseBase:
    """Open the payment session, or return the open one, and send the shopper there.

    While the gateway is away the order's page offers it again until the window ends.
    """
    try:
        opened = open_session(order_number=number, now=now, return_path=back)
        return see_other(request, opened.pay_url)
    except PaymentWindowClosed:
        pass  # the order's page tells why
    except (InfrastructureError, Declined) as error:
        logger.warning("Could not open a payment session: %s", error, extra={"order": number})
        messages.warning(request, GATEWAY_DOWN)
    return see_other(request, back)


def see_other(request: ShopRequest, url: str) -> HttpResponseBase:
    """Lead the browser on with a GET, the gateway's own site included."""
    if request.htmx:
        return HttpResponseClientRedirect(url)
    return SeeOther(url)


def ask_if_overdue(order: OrderView, *, now: datetime) -> bool:
    """Ask the gateway about a payment whose news is late, and tell whether anything changed.

    At most once in five seconds per order, and in thirty after a failure, however many look.
    """
    payment = order.payment
    if payment is None or payment.state != "pending" or not payment.pay_url:
        return False
    if order.status != OrderStatus.AWAITING_PAYMENT or now - payment.created_at < PATIENCE:
        return False
    key = f"pages:asked-gateway:{order.number}"
    if not cache.add(key, 1, timeout=ASK_EVERY_SECONDS):
        return False
    try:
        return bool(ask_gateway(order_number=order.number, now=now))
    except (InfrastructureError, DomainError) as error:
        logger.warning("Could not ask the gateway: %s", error, extra={"order": order.number})
        cache.set(key, 1, timeout=ASK_AGAIN_AFTER_FAILURE_SECONDS)
        return False
