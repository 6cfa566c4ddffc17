"""What an order would cost and when it would come, for one address: shown before it is placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cart.selectors import get_cart_review
from cart.types import CartReview, NoticeKind, ReviewedLine
from logistics.errors import DeliveryNotPossible, InsufficientStock
from logistics.selectors import delivery_options
from logistics.types import DeliveryOption
from shop.core.money import Money
from shop.core.visitor import Destination, Owner
from shop.pages.cart_view import place_of, wanted_lines

LEVEL_NAMES = {"standard": "Standard", "express": "Express"}


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """One way of delivery with the whole order's total."""

    service_level: str
    delivery_date: date
    order_by: datetime
    fee: Money
    total: Money
    parcels: int
    is_chosen: bool

    @property
    def name(self) -> str:
        return LEVEL_NAMES[self.service_level]


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The cart for an address; without one, or with a line in the way, there are no options."""

    review: CartReview
    destination: Destination | None
    options: tuple[OptionView, ...]
    now: datetime

    @property
    def lines(self) -> tuple[ReviewedLine, ...]:
        return self.review.lines

    @property
    def count(self) -> int:
        return self.review.cart.count

    @property
    def place(self) -> str:
        return place_of(self.destination)

    @property
    def chosen(self) -> OptionView | None:
        return next((option for option in self.options if option.is_chosen), None)

    @property
    def unreachable(self) -> tuple[str, ...]:
        """Return the titles of what does not reach the address."""
        return tuple(
            line.title
            for line in self.lines
            if any(notice.kind is NoticeKind.NOT_DELIVERABLE for notice in line.notices)
        )

    def option(self, service_level: str) -> OptionView | None:
        return next((one for one in self.options if one.service_level == service_level), None)

    def title_of(self, sku: str) -> str:
        return next((line.title for line in self.lines if line.sku == sku), sku)


def make_quote(
    *, owner: Owner, destination: Destination | None, service_level: str, now: datetime
) -> Quote:
    """Return the owner's cart with every way to have it delivered to the address."""
    review = get_cart_review(owner=owner, destination=destination, now=now)
    found: Sequence[DeliveryOption] = ()
    if destination is not None and review.can_be_ordered:
        try:
            found = delivery_options(lines=wanted_lines(review), destination=destination, now=now)
        except (DeliveryNotPossible, InsufficientStock):
            found = ()  # changed between the two readings; placing the order tells for sure
    levels = [option.service_level for option in found]
    chosen = service_level if service_level in levels else next(iter(levels), "")
    return Quote(
        review=review,
        destination=destination,
        options=tuple(_view(option, review.items_total, chosen) for option in found),
        now=now,
    )


def _view(option: DeliveryOption, items_total: Money, chosen: str) -> OptionView:
    return OptionView(
        service_level=option.service_level,
        delivery_date=option.delivery_date,
        order_by=option.order_by,
        fee=option.fee,
        total=items_total + option.fee,
        parcels=option.parcels,
        is_chosen=option.service_level == chosen,
    )
