"""How much may be held without paying: by one shopper, and from one network address.

Carts and accounts are free, so whoever wants to hold all there is takes a new one each time; an
address is not. Of the address only a digest is kept, and only while the order is unpaid.
"""

from django.conf import settings
from django.utils.crypto import salted_hmac

from orders.errors import TooManyUnpaidFromAddress, TooManyUnpaidOrders
from orders.models import Order
from orders.states import OrderStatus
from shop.core.advisory import wait_for_lock
from shop.core.visitor import Owner

DIGITS = 32


def check_unpaid(*, owner: Owner, placed_from: str) -> None:
    """Refuse to block more stock for somebody who does not pay for what they hold.

    `placed_from` is of `digest_of`; until the transaction ends nobody else is counted there.

    :raises TooManyUnpaidOrders: at `MAX_UNPAID_ORDERS` of the shopper
    :raises TooManyUnpaidFromAddress: at `MAX_UNPAID_ORDERS_PER_ADDRESS`
    """
    unpaid = Order.objects.filter(status=OrderStatus.AWAITING_PAYMENT)
    whose = {"customer_id": owner.customer_id} if owner.customer_id else {"visitor": owner.visitor}
    count = unpaid.filter(**whose).count()
    if count >= settings.MAX_UNPAID_ORDERS:
        raise TooManyUnpaidOrders(count)
    if not placed_from:
        return
    wait_for_lock(f"orders placed from {placed_from}")
    if unpaid.filter(placed_from=placed_from).count() >= settings.MAX_UNPAID_ORDERS_PER_ADDRESS:
        raise TooManyUnpaidFromAddress


def digest_of(address: str) -> str:
    """Return what to keep of a network address: equal for equal ones, "" for none."""
    if not address:
        return ""
    return salted_hmac(__name__, address, algorithm="sha256").hexdigest()[:DIGITS]
