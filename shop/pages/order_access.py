"""Who may see an order: its customer, the browser a guest placed it in, and who has its link."""

import re
from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from orders.errors import OrderNotFound
from orders.selectors import get_order, get_ordered_products
from orders.types import OrderedProducts, OrderView, is_owned_by
from shop.core.order_links import opens_order
from shop.core.visitor import Owner
from shop.pages.shopper import ShopRequest, customer_id_of

NUMBER = re.compile(r"[0-9A-Z-]{4,20}")
LONGEST_TOKEN = 200
Found = TypeVar("Found", OrderView, OrderedProducts)


def token_of(request: HttpRequest) -> str:
    """Return the token of a signed link, from the address or a form of the order's page."""
    token = request.GET.get("token") or request.POST.get("token", "")
    return token if len(token) <= LONGEST_TOKEN else ""


def find_order(request: ShopRequest, number: str) -> OrderView:
    """Return the order if this shopper may see it; to all others it does not exist.

    :raises OrderNotFound: if there is none, or it is somebody else's
    :raises StoreUnavailable: if it may be in the archive and that does not answer
    """
    return find_order_for(
        number,
        owner=Owner(customer_id=customer_id_of(request), visitor=request.visitor),
        token=token_of(request),
    )


def find_order_for(number: str, *, owner: Owner, token: str) -> OrderView:
    """Return the order if it is the owner's, or the token opens it; raises as `find_order`."""
    return _find(number, lambda: get_order(number=number), owner=owner, token=token)


def find_products_for(number: str, *, owner: Owner, token: str) -> OrderedProducts:
    """Return what an order holds, to whom `find_order_for` would show it; raises as that."""
    return _find(number, lambda: get_ordered_products(number=number), owner=owner, token=token)


def _find(number: str, read: Callable[[], Found], *, owner: Owner, token: str) -> Found:
    if not NUMBER.fullmatch(number):
        raise OrderNotFound(number)
    order = read()
    if not opens_order(order_number=number, token=token) and not is_owned_by(order, owner):
        raise OrderNotFound(number)
    return order


def may_cancel(order: OrderView, *, customer_id: int | None) -> bool:
    """Tell whether who may see the order may also call it off.

    A link is passed on and forwarded: it shows a customer's order, and leaves it alone.
    """
    return order.customer_id is None or order.customer_id == customer_id
