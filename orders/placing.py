"""Placing an order: one SQL transaction without any network call.

Locks are taken in the order idempotency key, network address, cart, (new) payment and order,
stock rows last; killed at any point nothing of it has happened.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext

from accounts.services import validate_address
from accounts.types import PostalAddress
from cart.services import empty_cart, lock_cart
from cart.types import CartView
from catalog.selectors import get_offers
from catalog.types import Offer
from logistics.selectors import plan_allocation
from logistics.services import reserve_stock
from logistics.types import AllocationPlan, LineRequest
from orders import idempotency
from orders.errors import (
    CartIsEmpty,
    InvalidCheckout,
    NotForSaleAnyMore,
    TotalChanged,
)
from orders.events import OrderPlaced
from orders.holding import check_unpaid, digest_of
from orders.models import Order, OrderLine, TimelineEntry
from orders.states import OrderStatus
from orders.types import PlacedOrder
from payments.services import create_payment
from shop.core import outbox
from shop.core.ids import new_order_number
from shop.core.money import Money
from shop.core.visitor import Owner


def place_order(
    *,
    owner: Owner,
    email: str,
    address: PostalAddress,
    service_level: str,
    expected_total: Money,
    idempotency_key: str,
    now: datetime,
    expected_cart: Collection[str] | None = None,
    network_address: str = "",
    window_seconds: int | None = None,
) -> PlacedOrder:
    """Turn the owner's cart into an order that waits for its payment, its stock held for it.

    The same key returns the same order. Afterwards the caller opens the payment session.

    :raises InvalidCheckout: bad e-mail address or key
    :raises InvalidAddress: with the fields that are wrong
    :raises CartChanged: if the cart has none of the revisions of `expected_cart`
    :raises CartIsEmpty, NotForSaleAnyMore, TotalChanged: the cart must be looked at again
    :raises TooManyUnpaidOrders, TooManyUnpaidFromAddress: who it is holds enough stock already
    :raises DeliveryNotPossible, InsufficientStock: naming the lines, and how many are left
    :raises KeyInUse, KeyReused: see `orders.idempotency`
    """
    email = _check_email(email)
    placed_from = digest_of(network_address)
    address = validate_address(address)
    fingerprint = idempotency.fingerprint_of(
        email=email,
        address=address.to_json(),
        service_level=service_level,
        total=asdict(expected_total),
    )
    with transaction.atomic():
        known = idempotency.claim(owner=owner, key=idempotency_key, fingerprint=fingerprint)
        if known:
            return PlacedOrder(number=known, is_repeat=True)
        check_unpaid(owner=owner, placed_from=placed_from)
        cart = lock_cart(owner=owner, expected=expected_cart)
        offers = _current_offers(cart)
        wanted = [LineRequest(sku=line.sku, quantity=line.quantity) for line in cart.lines]
        plan = plan_allocation(
            lines=wanted,
            destination=address.destination,
            service_level=service_level,
            now=now,
        )
        items = sum(
            (offers[line.sku].price * line.quantity for line in wanted),
            Money.zero(plan.fee.currency),
        )
        if items + plan.fee != expected_total:
            raise TotalChanged(expected=expected_total, actual=items + plan.fee)
        order = Order(
            number=new_order_number(),
            customer_id=owner.customer_id,
            visitor=owner.visitor,
            placed_from=placed_from,
            email=email,
            currency=items.currency,
            items_minor=items.minor,
            delivery_fee_minor=plan.fee.minor,
            total_minor=expected_total.minor,
            address=address.to_json(),
            service_level=service_level,
            promised_date=plan.delivery_date,
            parcels=parcels_json(plan),
            placed_at=now,
            status_at=now,
        )
        create_payment(
            order_number=order.number,
            amount=expected_total,
            now=now,
            window_seconds=window_seconds,
        )
        _insert(order, wanted, offers, now)
        idempotency.keep(
            owner=owner,
            key=idempotency_key,
            fingerprint=fingerprint,
            order_number=order.number,
            now=now,
        )
        if cart.id is not None:
            empty_cart(cart_id=cart.id)
        outbox.publish(OrderPlaced(order_number=order.number))
        hold_stock(order, plan, wanted, address, now)
    return PlacedOrder(number=order.number)


def hold_stock(
    order: Order,
    plan: AllocationPlan,
    wanted: list[LineRequest],
    address: PostalAddress,
    now: datetime,
) -> None:
    """Reserve the stock, last of all; the order keeps the plan that holds.

    Another buyer may have been faster and another warehouse sends it: then the date is that
    one's, and the fee stays what the customer agreed to.
    """
    held = reserve_stock(
        order_number=order.number,
        plan=plan,
        lines=wanted,
        destination=address.destination,
        now=now,
    )
    if held != plan:
        order.promised_date = held.delivery_date
        order.parcels = parcels_json(held)
        order.save(update_fields=["promised_date", "parcels"])


def parcels_json(plan: AllocationPlan) -> list[dict[str, Any]]:
    """Return the plan as the order keeps it, so that kept promises can be measured."""
    return [
        {
            "warehouse": parcel.warehouse_code,
            "carrier": parcel.carrier,
            "delivery_date": parcel.delivery_date.isoformat(),
            "fee_minor": parcel.fee.minor,
            "lines": [{"sku": line.sku, "quantity": line.quantity} for line in parcel.lines],
        }
        for parcel in plan.parcels
    ]


def _check_email(email: str) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidCheckout(
            gettext("Enter a valid e-mail address."), fields={"email": error.messages}
        ) from error
    return email


def _current_offers(cart: CartView) -> Mapping[str, Offer]:
    if not cart.lines:
        raise CartIsEmpty
    offers = get_offers(skus=cart.skus)
    gone = [sku for sku in cart.skus if sku not in offers or not offers[sku].is_published]
    if gone:
        raise NotForSaleAnyMore(gone)
    return offers


def _insert(
    order: Order, wanted: list[LineRequest], offers: Mapping[str, Offer], now: datetime
) -> None:
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            sku=line.sku,
            product_id=offers[line.sku].product_id,
            title=offers[line.sku].title,
            slug=offers[line.sku].slug,
            options=offers[line.sku].options,
            picture_url=offers[line.sku].picture_url,
            unit_price_minor=offers[line.sku].price.minor,
            quantity=line.quantity,
        )
        for position, line in enumerate(wanted)
    )
    TimelineEntry.objects.create(
        order=order, at=now, status=OrderStatus.AWAITING_PAYMENT, cause="placed"
    )
