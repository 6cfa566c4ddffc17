"""Checkout: one page that asks, shows what it comes to, and places the order."""

from datetime import datetime

from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from cart.services import remove_line, set_quantity
from shop.core.errors import DomainError
from shop.pages.checkout_form import CheckoutForm
from shop.pages.checkout_page import (
    Problem,
    Shopper,
    fresh_form,
    posted_form,
    render_checkout,
    who_checks_out,
)
from shop.pages.errors import status_of
from shop.pages.placing import place
from shop.pages.posted import LONGEST_SKU, clean_text
from shop.pages.shopper import ShopRequest, owner_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@vary_on_headers("HX-Request")
def checkout(request: ShopRequest) -> HttpResponseBase:
    """Show the page; by POST place the order, or only `quote`, `drop` or `take` a line."""
    now = timezone.now()
    shopper = who_checks_out(request)
    if request.method != "POST":
        return render_checkout(request, shopper, fresh_form(request, shopper), now=now)
    form = posted_form(request, shopper)
    if "drop" in request.POST or "take" in request.POST:
        return _mend_cart(request, shopper, form, now=now)
    if "quote" in request.POST:
        filled = form.fill_place()
        fresh = _without_errors(form, shopper)
        return render_checkout(request, shopper, fresh, now=now, filled=filled)
    return place(request, shopper, form, now=now)


def _mend_cart(
    request: ShopRequest, shopper: Shopper, form: CheckoutForm, *, now: datetime
) -> HttpResponseBase:
    """Take a line out, or take what is left of it, without losing what was typed."""
    owner = owner_of(request)
    form = _without_errors(form, shopper)
    try:
        if "drop" in request.POST:
            remove_line(owner=owner, sku=_sku(request.POST["drop"]))
        else:
            quantity, _, sku = request.POST["take"].partition(" ")
            set_quantity(owner=owner, sku=_sku(sku), quantity=quantity)
    except DomainError as error:
        problem = Problem(title="Please look at your cart again", text=str(error))
        return render_checkout(
            request, shopper, form, now=now, status=status_of(error), problem=problem
        )
    return render_checkout(request, shopper, form, now=now)


def _sku(text: str) -> str:
    return clean_text(text, longest=LONGEST_SKU)


def _without_errors(form: CheckoutForm, shopper: Shopper) -> CheckoutForm:
    """Return the form with what was typed, not yet judged: the customer is still at it."""
    return CheckoutForm(
        initial={
            name: form.data.get(name, "") for name in (*form.fields, "address", "service_level")
        },
        is_customer=shopper.customer is not None,
        saved=shopper.saved,
    )
