"""Putting something in the cart from a product page; the cart's own page is `cart`."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cart.services import add_line, set_quantity
from cart.types import CartView
from logistics.selectors import available_quantity
from shop.core.stream import record
from shop.pages.rows import told_place
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of


@require_POST
def add_cart_line(request: ShopRequest) -> HttpResponseBase:
    """Put `quantity` of `sku` in the cart; htmx gets the new count and a toast."""
    sku, quantity = request.POST.get("sku", ""), request.POST.get("quantity", "1")
    owner = owner_of(request)
    cart = add_line(owner=owner, sku=sku, quantity=quantity)
    left = available_quantity(skus=[sku], destination=request.deliver_to)[sku]
    held = next(line.quantity for line in cart.lines if line.sku == sku)
    if 0 < left < held:
        cart = set_quantity(owner=owner, sku=sku, quantity=left)
    record(
        "cart",
        visitor=request.visitor,
        customer_id=customer_id_of(request),
        action="add",
        sku=sku,
        quantity=int(quantity),
        # From which row the shopper came to the product's page, if from one.
        **told_place(request.POST),
    )
    said = _said(left=left, held=held)
    return tell_added(request, cart, said or "Added to your cart.", is_short=bool(said))


def tell_added(
    request: ShopRequest, cart: CartView, text: str, *, is_short: bool
) -> HttpResponseBase:
    """Answer with what was put in the cart, `is_short` if less than was asked for."""
    request.tally.cart = cart.count
    if request.htmx:
        context = {"count": cart.count, "text": text, "is_short": is_short}
        return render(request, "pages/cart_line_added.html", context)
    if is_short:
        messages.warning(request, text)
    else:
        messages.success(request, text)
    return HttpResponseRedirect("/cart/")


def _said(*, left: int, held: int) -> str:
    """Return what to say instead of "added", "" if there is enough."""
    if left <= 0:
        return "It is in your cart, but sold out for your address at the moment."
    return (
        f"Only {left} left: your cart has {'it' if left == 1 else 'them all'}."
        if left < held
        else ""
    )
