"""Putting something in the cart from a product page; the cart's own page is `cart`."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cart.services import add_line
from shop.core.stream import record
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of


@require_POST
def add_cart_line(request: ShopRequest) -> HttpResponseBase:
    """Put `quantity` of `sku` in the cart; htmx gets the new count and a toast."""
    sku, quantity = request.POST.get("sku", ""), request.POST.get("quantity", "1")
    cart = add_line(owner=owner_of(request), sku=sku, quantity=quantity)
    request.tally.cart = cart.count
    record(
        "cart",
        visitor=request.visitor,
        customer_id=customer_id_of(request),
        action="add",
        sku=sku,
        quantity=int(quantity),
    )
    if request.htmx:
        return render(request, "pages/cart_line_added.html", {"count": cart.count})
    messages.success(request, "Added to your cart.")
    return HttpResponseRedirect("/cart/")
