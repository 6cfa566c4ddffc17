"""The checkout page as it is shown: the form, what the order would be, and what went wrong."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.selectors import get_customer, list_addresses
from accounts.types import Customer, SavedAddress
from shop.core.visitor import Destination
from shop.pages.checkout_form import NEW, CheckoutForm
from shop.pages.payment import see_other
from shop.pages.quote import Quote, make_quote
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of
from shop.pages.steps import CHECKOUT_STEPS
from shop.pages.waiting import find_reminder


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why the order was not placed, in the customer's words."""

    title: str
    text: str
    tone: str = "bad"
    url: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """Who checks out: a customer with an address book, or a guest."""

    customer: Customer | None
    saved: list[SavedAddress]


def who_checks_out(request: ShopRequest) -> Shopper:
    customer_id = customer_id_of(request)
    if customer_id is None:
        return Shopper(customer=None, saved=[])
    return Shopper(
        customer=get_customer(customer_id=customer_id),
        saved=list_addresses(customer_id=customer_id),
    )


def posted_form(request: ShopRequest, shopper: Shopper) -> CheckoutForm:
    return CheckoutForm(
        request.POST, is_customer=shopper.customer is not None, saved=shopper.saved
    )


def fresh_form(request: ShopRequest, shopper: Shopper) -> CheckoutForm:
    """Return the form with what we know already filled in."""
    return CheckoutForm(
        is_customer=shopper.customer is not None,
        saved=shopper.saved,
        initial=_initial(shopper, request.deliver_to),
    )


def quote_for(request: ShopRequest, form: CheckoutForm, *, now: datetime) -> Quote:
    return make_quote(
        owner=owner_of(request),
        destination=form.destination,
        service_level=form.service_level,
        now=now,
    )


def render_checkout(
    request: ShopRequest,
    shopper: Shopper,
    form: CheckoutForm,
    *,
    now: datetime,
    status: int = 200,
    problem: Problem | None = None,
    keeps_key: bool = True,
    filled: Sequence[str] = (),
) -> HttpResponseBase:
    """Answer with the page, the fields kept; an empty cart leads to the cart's page.

    htmx, which asks while the ZIP code is typed, gets delivery and summary alone.
    """
    quote = quote_for(request, form, now=now)
    request.tally.cart = quote.count
    if not quote.lines:
        return see_other(request, "/cart/")
    context = {
        "form": form,
        "quote": quote,
        "reminder": find_reminder(request, now=now),
        "problem": problem,
        "customer": shopper.customer,
        "saved": shopper.saved,
        "steps": CHECKOUT_STEPS,
        "idempotency_key": _key(request) if keeps_key else uuid.uuid4().hex,
        "filled": [_out_of_band(form, name) for name in filled],
    }
    return render(request, _template(request), context, status=status)


def render_waiting(request: ShopRequest) -> HttpResponse:
    """Answer a second click that came while the first is being dealt with: it asks again."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    context = {"fields": fields, "steps": CHECKOUT_STEPS}
    return render(request, "pages/checkout_waiting.html", context, status=409)


def _template(request: ShopRequest) -> str:
    is_quote = request.htmx and "quote" in request.POST
    return "pages/checkout_quote.html" if is_quote else "pages/checkout.html"


def _key(request: ShopRequest) -> str:
    return request.POST.get("idempotency_key") or uuid.uuid4().hex


def _out_of_band(form: CheckoutForm, name: str) -> Any:
    form.fields[name].widget.attrs["hx-swap-oob"] = "true"
    return form[name]


def _initial(shopper: Shopper, destination: Destination | None) -> dict[str, str]:
    known: dict[str, str] = {"address": NEW}
    if shopper.customer:
        known["full_name"] = shopper.customer.full_name
    if shopper.saved:
        code = destination.postal_code if destination else ""
        near = (one for one in shopper.saved if one.address.postal_code == code)
        known["address"] = str(next(near, shopper.saved[0]).id)
    if destination:
        known |= {
            "postal_code": destination.postal_code,
            "city": destination.city,
            "region": destination.region,
        }
    return known
