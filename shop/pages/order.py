"""The page of one order, and what its customer can do there: pay, cancel, try again."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orders.services import cancel_order, restore_cart
from orders.states import GIVEN_BACK, PAID, UNPAID, IllegalTransition
from orders.types import OrderView
from recommendations.selectors import Shelf, Shopper, order_shelf
from shop.core.stream import record
from shop.pages.order_access import find_order, may_cancel, token_of
from shop.pages.order_view import OrderPageView, build_order_page, timezone_of
from shop.pages.payment import ask_if_overdue, see_other, send_to_gateway
from shop.pages.recommended import IN_A_ROW, products_in_cart, recommended_row
from shop.pages.rows import Row
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of
from shop.pages.steps import PAYMENT_STEPS

SIGN_IN_TO_CANCEL = "Please sign in with the account that placed the order to cancel it."
# Who waits for a payment or gets money back has other things in mind.
WELCOME = PAID - GIVEN_BACK
CANNOT_RESTORE = "Nothing of this order is sold any more."


@require_safe
@never_cache
def order(request: ShopRequest, number: str) -> HttpResponseBase:
    """Show the order; coming back from the payment page, ask the gateway if its news is late."""
    now = timezone.now()
    found = _with_news(request, find_order(request, number), now=now)
    row = _recommended(request, found, now=now) if found.status in WELCOME else None
    return _render(request, found, "pages/order.html", now=now, row=row)


@require_safe
@never_cache
def order_news(request: ShopRequest, number: str) -> HttpResponseBase:
    """Answer the open page that asks for news: the new body, or 204 while nothing changed."""
    now = timezone.now()
    found = _with_news(request, find_order(request, number), now=now)
    page = _page_of(request, found, now=now)
    if request.GET.get("mark") == page.mark:
        return HttpResponse(status=204)
    return _render(request, found, "pages/order_body.html", now=now)


@require_POST
def pay_order(request: ShopRequest, number: str) -> HttpResponseBase:
    """Go to the payment page, again if need be, until the window ends."""
    found = find_order(request, number)
    return send_to_gateway(
        request, number=number, back=_address(request, found), now=timezone.now()
    )


@require_POST
def cancel(request: ShopRequest, number: str) -> HttpResponseBase:
    """Cancel before shipping; what was paid is refunded."""
    found = find_order(request, number)
    if not may_cancel(found, customer_id=customer_id_of(request)):
        messages.warning(request, SIGN_IN_TO_CANCEL)
        return see_other(request, f"/accounts/login/?{urlencode({'next': found.url})}")
    try:
        cancel_order(number=found.number, actor=found.email, now=timezone.now())
    except IllegalTransition as error:
        messages.warning(request, f"{error} It was not cancelled.")
    else:
        messages.success(request, "The order was cancelled.")
    return see_other(request, _address(request, found))


@require_POST
def try_again(request: ShopRequest, number: str) -> HttpResponseBase:
    """Put the lines of an order that was not paid back in the cart."""
    found = find_order(request, number)
    if found.status not in UNPAID:
        messages.warning(request, "This order cannot be tried again.")
        return see_other(request, _address(request, found))
    cart = restore_cart(number=found.number, owner=owner_of(request))
    request.tally.cart = cart.count
    for line in found.lines:
        if line.sku in cart.skus:
            _record_restored(request, line.sku, line.quantity)
    if not cart.lines:
        messages.warning(request, CANNOT_RESTORE)
    else:
        messages.success(request, "Your items are back in the cart.")
    return see_other(request, "/cart/")


def _with_news(request: ShopRequest, found: OrderView, *, now: datetime) -> OrderView:
    return find_order(request, found.number) if ask_if_overdue(found, now=now) else found


def _render(
    request: ShopRequest, found: OrderView, template: str, *, now: datetime, row: Row | None = None
) -> HttpResponse:
    page = _page_of(request, found, now=now)
    steps = PAYMENT_STEPS if page.payment else ()
    context = {"page": page, "order": found, "steps": steps, "row": row}
    with timezone.override(timezone_of(found.address.destination)):
        return render(request, template, context)


def _recommended(request: ShopRequest, found: OrderView, *, now: datetime) -> Row | None:
    ordered = tuple(line.product_id for line in found.lines)

    def find(shopper: Shopper) -> Shelf | None:
        held = products_in_cart(request)
        return order_shelf(shopper, product_ids=ordered, length=IN_A_ROW, in_cart=held)

    return recommended_row(request, find, now=now)


def _page_of(request: ShopRequest, found: OrderView, *, now: datetime) -> OrderPageView:
    is_own = may_cancel(found, customer_id=customer_id_of(request))
    return build_order_page(found, token=token_of(request), is_own=is_own, now=now)


def _address(request: ShopRequest, found: OrderView) -> str:
    token = token_of(request)
    return f"{found.url}?{urlencode({'token': token})}" if token else found.url


def _record_restored(request: ShopRequest, sku: str, quantity: int) -> None:
    record(
        "cart",
        visitor=request.visitor,
        customer_id=customer_id_of(request),
        action="add",
        sku=sku,
        quantity=quantity,
    )
