"""Pressing "place order": the order and the way to the payment page, or what stands in the way."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponseBase
from django.shortcuts import render

from accounts.errors import InvalidAddress
from accounts.services import save_address
from logistics.errors import DeliveryNotPossible, InsufficientStock
from orders.errors import (
    CartIsEmpty,
    InvalidCheckout,
    KeyInUse,
    KeyReused,
    NotForSaleAnyMore,
    TooManyUnpaidOrders,
    TotalChanged,
)
from orders.services import place_order
from orders.types import PlacedOrder
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.core.network import strangers_address
from shop.pages.cart import render_cart
from shop.pages.checkout_form import CheckoutForm
from shop.pages.checkout_page import (
    Problem,
    Shopper,
    quote_for,
    render_checkout,
    render_waiting,
)
from shop.pages.errors import ErrorPage, status_of
from shop.pages.payment import order_link, send_to_gateway
from shop.pages.quote import Quote
from shop.pages.shopper import ShopRequest, owner_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One press of the button."""

    request: ShopRequest
    shopper: Shopper
    form: CheckoutForm
    now: datetime

    def answer(
        self, *, status: int, problem: Problem | None = None, keeps_key: bool = True
    ) -> HttpResponseBase:
        """Show the page again with all that was typed."""
        return render_checkout(
            self.request,
            self.shopper,
            self.form,
            now=self.now,
            status=status,
            problem=problem,
            keeps_key=keeps_key,
        )


def place(
    request: ShopRequest, shopper: Shopper, form: CheckoutForm, *, now: datetime
) -> HttpResponseBase:
    """Place the order and go to the payment page; every refusal is the page again."""
    attempt = Attempt(request=request, shopper=shopper, form=form, now=now)
    if not form.is_valid():
        return attempt.answer(status=422)
    expected = form.expected_total()
    if (expected is None or form.is_stale(now)) and quote_for(request, form, now=now).lines:
        return attempt.answer(status=409, problem=NOT_SHOWN)
    try:
        placed = _place(attempt, expected or Money.zero())
    except DomainError as error:
        return _refuse(attempt, error)
    _after(attempt, placed)
    return send_to_gateway(
        request, number=placed.number, back=order_link(request, placed.number), now=now
    )


NOT_SHOWN = Problem(
    tone="warn",
    title="Please check delivery and total",
    text="They are for the address you gave; nothing is ordered yet.",
)


def _place(attempt: Attempt, expected: Money) -> PlacedOrder:
    form, customer = attempt.form, attempt.shopper.customer
    return place_order(
        owner=owner_of(attempt.request),
        email=customer.email if customer else form.cleaned_data["email"],
        address=form.to_address(),
        service_level=form.service_level,
        expected_total=expected,
        idempotency_key=attempt.request.POST.get("idempotency_key", ""),
        now=attempt.now,
        network_address=strangers_address(attempt.request),
    )


def _after(attempt: Attempt, placed: PlacedOrder) -> None:
    attempt.request.tally.cart = 0
    customer = attempt.shopper.customer
    if customer is None or placed.is_repeat or not attempt.form.wants_saving:
        return
    try:
        save_address(customer_id=customer.id, address=attempt.form.to_address())
    except DomainError as error:
        # The order stands; a full address book is no reason to frighten anybody now.
        logger.info("Could not save an address at checkout: %s", error)


def _refuse(attempt: Attempt, error: DomainError) -> HttpResponseBase:
    """Answer with the page that says what is wrong, where it is wrong."""
    status = status_of(error)
    if isinstance(error, KeyInUse):
        response = render_waiting(attempt.request)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    if isinstance(error, CartIsEmpty):
        return render_cart(attempt.request, status=status)
    if isinstance(error, KeyReused):
        return _already_ordered(attempt, status)
    if isinstance(error, InvalidAddress | InvalidCheckout):
        return _mark_fields(attempt, error, status)
    quote = quote_for(attempt.request, attempt.form, now=attempt.now)
    return attempt.answer(
        status=status,
        problem=_problem(error, quote),
        keeps_key=not isinstance(error, TotalChanged),
    )


def _problem(error: DomainError, quote: Quote) -> Problem:
    if isinstance(error, TotalChanged):
        return Problem(tone="warn", title="The total has changed", text=str(error))
    if isinstance(error, InsufficientStock):
        told = (
            f"Only {short.available} of {quote.title_of(short.sku)} left."
            if short.available
            else f"{quote.title_of(short.sku)} is sold out."
            for short in error.shortages
        )
        text = " ".join(told) + " Nothing is ordered yet."
        return Problem(tone="warn", title="Somebody was faster", text=text)
    if isinstance(error, NotForSaleAnyMore):
        titles = ", ".join(quote.title_of(sku) for sku in error.skus)
        text = f"{titles}: please take it out. Nothing is ordered yet."
        return Problem(title="No longer sold", text=text)
    if isinstance(error, DeliveryNotPossible):
        titles = ", ".join(quote.title_of(sku) for sku in error.skus)
        return Problem(
            title=f"We cannot deliver this to {error.destination.postal_code}",
            text=f"{titles}: please choose another way of delivery or another address.",
        )
    if isinstance(error, TooManyUnpaidOrders):
        return Problem(
            tone="warn",
            title="Please pay or cancel an order first",
            text=f"{error} Nothing is ordered yet.",
            url="/orders/",
            link="See my orders",
        )
    return Problem(title="The order was not placed", text=str(error))


def _mark_fields(attempt: Attempt, error: DomainError, status: int) -> HttpResponseBase:
    fields: Mapping[str, list[str]] = error.fields
    for name, texts in fields.items():
        if name in attempt.form.fields:
            for text in texts:
                attempt.form.add_error(name, text)
    known = set(fields) <= set(attempt.form.fields)
    problem = None if known else Problem(title="Please try once more", text=OUT_OF_DATE)
    return attempt.answer(status=status, problem=problem, keeps_key=False)


OUT_OF_DATE = "This page was out of date; it is fresh now. Nothing is ordered yet."


def _already_ordered(attempt: Attempt, status: int) -> HttpResponseBase:
    text = "This form has placed an order already. What you changed since is not ordered."
    quote = quote_for(attempt.request, attempt.form, now=attempt.now)
    if quote.lines:
        problem = Problem(
            tone="warn", title="Already ordered", text=text, url="/orders/", link="See my orders"
        )
        return attempt.answer(status=status, problem=problem, keeps_key=False)
    page = ErrorPage(
        status=status, title="Already ordered", message=text, url="/orders/", link="See my orders"
    )
    return render(attempt.request, "pages/error.html", {"page": page}, status=status)
