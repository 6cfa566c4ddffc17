"""The cart's page, and what can be done to its lines; adding a line is in `cart_lines`."""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cart.services import acknowledge_prices, remove_line, set_quantity
from cart.types import NoticeKind
from recommendations.selectors import cart_shelf
from shop.core.errors import DomainError
from shop.core.stream import record
from shop.pages.cart_view import CartPage, build_cart_page
from shop.pages.errors import status_of
from shop.pages.moves import move_to_wishlist
from shop.pages.posted import posted_sku
from shop.pages.recommended import IN_A_ROW, products_of, recommended_row
from shop.pages.rows import Row
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of
from shop.pages.waiting import find_reminder

CART_URL = "/cart/"


@require_safe
@never_cache
def cart(request: ShopRequest) -> HttpResponseBase:
    """Show the cart as it can be had today, with a notice for all that changed."""
    return render_cart(request)


@require_POST
def change_cart_line(request: ShopRequest) -> HttpResponseBase:
    """Set the quantity of a line, or by `action` remove it or save it for later."""
    sku = posted_sku(request)
    try:
        done = _change(request, sku, request.POST.get("action", ""))
    except DomainError as error:
        return render_cart(request, error=str(error), error_sku=sku, status=status_of(error))
    if request.htmx:
        return render_cart(request)
    if done:
        messages.success(request, done)
    return HttpResponseRedirect(CART_URL)


def render_cart(
    request: ShopRequest, *, error: str = "", error_sku: str = "", status: int = 200
) -> HttpResponse:
    """Answer with the cart: the page, or for htmx its body and the number in the header."""
    now = timezone.now()
    page = build_cart_page(request, now=now, error=error, error_sku=error_sku)
    request.tally.cart = page.count
    context: dict[str, Any] = {"page": page, "reminder": find_reminder(request, now=now)}
    if not request.htmx:
        context["row"] = _recommended(request, page, now=now)
        response = render(request, "pages/cart.html", context, status=status)
    else:
        # A line that is gone already is shown as gone; htmx would swap no 404 in.
        code = HTTPStatus.OK if status == HTTPStatus.NOT_FOUND else status
        response = render(request, "pages/cart_changed.html", context, status=code)
    _acknowledge(request, page)
    return response


def _recommended(request: ShopRequest, page: CartPage, *, now: datetime) -> Row | None:
    held = products_of(page.review.cart.skus)
    find = partial(cart_shelf, product_ids=held, length=IN_A_ROW)
    return recommended_row(request, find, now=now)


def _acknowledge(request: ShopRequest, page: CartPage) -> None:
    """Remember the prices just shown, so that the next notice starts from them."""
    shown = {line.sku: line.unit_price for line in page.lines}
    changed = [n for n in page.review.notices if n.kind is NoticeKind.PRICE_CHANGED]
    if changed and request.method != "HEAD":
        acknowledge_prices(owner=owner_of(request), prices={n.sku: shown[n.sku] for n in changed})


def _change(request: ShopRequest, sku: str, action: str) -> str:
    if action == "remove":
        remove_line(owner=owner_of(request), sku=sku)
        _record(request, "cart", action="remove", sku=sku)
        return "Removed from your cart."
    if action == "save":
        move_to_wishlist(owner=owner_of(request), sku=sku)
        # "Some" is all that the count is asked for.
        request.tally.wishes = max(request.tally.wishes, 0) + 1
        _record(request, "cart", action="remove", sku=sku)
        _record(request, "wishlist", action="add", sku=sku)
        return "Saved for later: it is on your wishlist."
    # "take": the button beside "only 3 left"
    quantity = request.POST.get("take") or request.POST.get("quantity", "")
    set_quantity(owner=owner_of(request), sku=sku, quantity=quantity)
    _record(request, "cart", action="set", sku=sku, quantity=int(quantity))
    return ""


def _record(request: ShopRequest, kind: str, **about: str | int) -> None:
    record(kind, visitor=request.visitor, customer_id=customer_id_of(request), **about)
