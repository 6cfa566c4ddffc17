"""What the cart page shows: the lines reviewed, the delivery, and whether checkout may start."""

from dataclasses import dataclass
from datetime import datetime

from cart.selectors import get_cart_review
from cart.types import CartReview, NoticeKind, ReviewedLine
from logistics.errors import DeliveryNotPossible, InsufficientStock
from logistics.selectors import delivery_options
from logistics.types import DeliveryOption, LineRequest
from shop.core.money import Money
from shop.core.visitor import Destination
from shop.pages.shopper import ShopRequest, owner_of


@dataclass(frozen=True, kw_only=True)
class CartPage:
    """`standard` is how all of it would arrive; None without an address or with a line in the way.

    `error_sku` names the line that `error` is about, "" the cart as a whole.
    """

    review: CartReview
    destination: Destination | None
    standard: DeliveryOption | None
    now: datetime
    error: str = ""
    error_sku: str = ""

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
    def total(self) -> Money:
        """Return what the lines cost and, if known, their delivery."""
        items = self.review.items_total
        return items + self.standard.fee if self.standard else items

    @property
    def is_blocked(self) -> bool:
        """Say whether something must be changed before checkout; an address may be there."""
        return any(
            notice.blocks and notice.kind is not NoticeKind.NOT_DELIVERABLE
            for notice in self.review.notices
        )

    @property
    def is_unreachable(self) -> bool:
        return any(notice.kind is NoticeKind.NOT_DELIVERABLE for notice in self.review.notices)


def build_cart_page(
    request: ShopRequest, *, now: datetime, error: str = "", error_sku: str = ""
) -> CartPage:
    """Return the shopper's cart for the address chosen in the header."""
    review = get_cart_review(owner=owner_of(request), destination=request.deliver_to, now=now)
    return CartPage(
        review=review,
        destination=request.deliver_to,
        standard=_standard_delivery(review, request.deliver_to, now),
        now=now,
        error=error,
        error_sku=error_sku,
    )


def wanted_lines(review: CartReview) -> list[LineRequest]:
    return [LineRequest(sku=line.sku, quantity=line.quantity) for line in review.lines]


def place_of(destination: Destination | None) -> str:
    return f"{destination.postal_code} {destination.city}".strip() if destination else ""


def _standard_delivery(
    review: CartReview, destination: Destination | None, now: datetime
) -> DeliveryOption | None:
    if destination is None or not review.can_be_ordered:
        return None
    try:
        found = delivery_options(lines=wanted_lines(review), destination=destination, now=now)
    except (DeliveryNotPossible, InsufficientStock):
        return None  # another buyer came between the two readings; the next look will tell
    return found[0] if found else None
