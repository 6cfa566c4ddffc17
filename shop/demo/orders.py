"""Past orders of the demo customers, placed, paid and sent through the shop's own services."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from accounts.types import PostalAddress
from cart.services import add_line
from catalog.selectors import get_offers
from logistics.selectors import available_quantity, delivery_options
from logistics.types import LineRequest
from orders.selectors import get_order, list_orders
from orders.services import (
    archive_orders,
    cancel_order,
    deliver_order,
    pack_order,
    place_order,
    return_order,
    ship_order,
)
from payments.selectors import get_payment
from payments.services import expire_payment
from shop.core.money import Money
from shop.core.visitor import Owner
from shop.demo import stories
from shop.demo.bank import PastBank, open_past_bank
from shop.demo.people import customers
from shop.demo.products import inputs
from shop.demo.stories import STORIES, Story

STAFF = "warehouse@parcelwise.example"
DEAREST = 22_000  # minor units: nobody here buys a table every month
WELL_STOCKED = 4
WINDOW_SECONDS = 15 * 60
PATIENT_SECONDS = 7 * 24 * 3600  # the order that waits does so for as long as somebody looks on


def load_orders(*, now: datetime) -> int:
    """Tell the stories of customers who have no orders yet; return how many orders that made."""
    bank = open_past_bank()
    placed = 0
    try:
        for customer_id, email, address in customers():
            known = list_orders(customer_id=customer_id, limit=1).orders
            for number, story in enumerate(() if known else STORIES.get(email, ())):
                owner = Owner(customer_id=customer_id)
                told = _Telling(bank=bank, owner=owner, email=email, address=address)
                told.tell(story, number, started=now - stories.DAY * story.days_ago)
                placed += 1
    finally:
        bank.books.close()
    if placed:
        archive_orders(now=now)
    return placed


class _Telling:
    """One customer's orders being made."""

    def __init__(
        self, *, bank: PastBank, owner: Owner, email: str, address: PostalAddress
    ) -> None:
        self._bank = bank
        self._owner = owner
        self._email = email
        self._address = address

    def tell(self, story: Story, number: int, *, started: datetime) -> None:
        order = self._place(story, f"demo-order-{number}", started)
        match story.status:
            case "awaiting_payment":
                return
            case "payment_timed_out":
                payment = get_payment(order_number=order)
                if payment is not None:
                    expire_payment(payment_id=payment.payment_id, now=payment.expires_at)
                return
            case "payment_failed":
                later = started + stories.PAID
                self._bank.settle(order_number=order, action="decline", now=later)
                return
        self._bank.settle(order_number=order, action="pay", now=started + stories.PAID)
        self._send(story.status, order, started)

    def _send(self, status: str, order: str, started: datetime) -> None:
        """Take a paid order as far as the story goes."""
        if status == "cancelled":
            at = started + stories.CANCELLED
            cancel_order(number=order, actor=self._email, now=at, reason="Ordered by mistake")
            self._refund(order, "cancelled", at)
            return
        for step, at in _steps(status, started):
            match step:
                case "packed":
                    pack_order(number=order, actor=STAFF, now=at)
                case "shipped":
                    codes = get_order(number=order).warehouse_codes
                    tracking = {code: f"{code}-{order.replace('-', '')[:8]}" for code in codes}
                    ship_order(number=order, tracking=tracking, actor=STAFF, now=at)
                case "delivered":
                    deliver_order(number=order, actor=STAFF, now=at)
                case "returned":
                    return_order(number=order, actor=STAFF, now=at, reason="Changed their mind")
                    self._refund(order, "returned", at)

    def _refund(self, order: str, reason: str, at: datetime) -> None:
        self._bank.refund(order_number=order, reason=reason, now=at + stories.REFUNDED)

    def _place(self, story: Story, key: str, now: datetime) -> str:
        dice = Random(f"{self._email}|{key}")  # noqa: S311 (to be the same each time)
        lines = self._choose(dice, story.lines)
        wanted = "express" if story.express else "standard"
        options = delivery_options(lines=lines, destination=self._address.destination, now=now)
        # Not everything can be had by express.
        option = min(options, key=lambda each: each.service_level != wanted)
        offers = get_offers(skus=[line.sku for line in lines])
        for line in lines:
            add_line(owner=self._owner, sku=line.sku, quantity=line.quantity)
        items = sum((offers[each.sku].price * each.quantity for each in lines), Money.zero())
        waits = story.status == "awaiting_payment"
        placed = place_order(
            owner=self._owner,
            email=self._email,
            address=self._address,
            service_level=option.service_level,
            expected_total=items + option.fee,
            idempotency_key=key,
            now=now,
            window_seconds=PATIENT_SECONDS if waits else WINDOW_SECONDS,
        )
        return placed.number

    def _choose(self, dice: Random, count: int) -> Sequence[LineRequest]:
        """Pick things that reach the customer, not too dear and well in stock."""
        candidates = [
            variant.sku
            for _, data in inputs()
            for variant in data.variants[:3]
            if variant.price_minor <= DEAREST
        ]
        skus = dice.sample(candidates, 12 * count)
        destination = self._address.destination
        available = available_quantity(skus=skus, destination=destination)
        reached = [sku for sku in skus if available.get(sku, 0) >= WELL_STOCKED]
        return [
            LineRequest(sku=sku, quantity=dice.choice((1, 1, 1, 2))) for sku in reached[:count]
        ]


def _steps(status: str, started: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield the steps up to the status, each with its time."""
    after: dict[str, timedelta] = {
        "packed": stories.PACKED,
        "shipped": stories.SHIPPED,
        "delivered": stories.DELIVERED,
        "returned": stories.RETURNED,
    }
    order = ["confirmed", *after]
    for step in order[1 : order.index(status) + 1]:
        yield step, started + after[step]
