"""Value objects the cart hands out."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shop.core.money import Money


@dataclass(frozen=True, kw_only=True)
class LineToAdd:
    """A SKU and how many of it, from outside: an order to restore, an item to move."""

    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class CartLineView:
    """A line as stored; what it costs now is catalog's to say."""

    sku: str
    quantity: int
    unit_price_seen: Money
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class CartView:
    """A cart as stored; `id` is None while its owner has put nothing in one."""

    id: int | None
    version: int
    lines: tuple[CartLineView, ...]

    @property
    def revision(self) -> str:
        """Return what names this state of this cart; all that nothing was ever in are alike."""
        return f"{self.id}-{self.version}" if self.version else "0"

    @property
    def count(self) -> int:
        """Return how many pieces lie in the cart."""
        return sum(line.quantity for line in self.lines)

    @property
    def skus(self) -> tuple[str, ...]:
        """Return the SKUs, oldest line first."""
        return tuple(line.sku for line in self.lines)


EMPTY_CART = CartView(id=None, version=0, lines=())


class NoticeKind(StrEnum):
    """What changed about a line since its owner last looked."""

    PRICE_CHANGED = "price_changed"
    NOT_FOR_SALE = "not_for_sale"
    OUT_OF_STOCK = "out_of_stock"
    ONLY_SOME_LEFT = "only_some_left"
    NOT_DELIVERABLE = "not_deliverable"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing to tell about one line; `blocks` means it cannot be ordered as it stands."""

    kind: NoticeKind
    sku: str
    message: str
    blocks: bool
    price_from: Money | None = None
    price_to: Money | None = None
    available: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewedLine:
    """A cart line with everything a page shows of it."""

    sku: str
    quantity: int
    title: str
    url: str
    options: dict[str, str]
    picture_url: str
    unit_price: Money
    total: Money
    delivery_date: date | None
    delivery_fee: Money | None
    notices: tuple[Notice, ...]

    @property
    def can_be_ordered(self) -> bool:
        """Say whether nothing stands in the line's way."""
        return not any(notice.blocks for notice in self.notices)


@dataclass(frozen=True, kw_only=True)
class CartReview:
    """The cart at today's prices and stock, and what its owner should know before checkout."""

    cart: CartView
    lines: tuple[ReviewedLine, ...]
    items_total: Money

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return all lines' notices in the order of the lines."""
        return tuple(notice for line in self.lines for notice in line.notices)

    @property
    def can_be_ordered(self) -> bool:
        """Say whether checkout may start: something is in the cart and every line can be had."""
        return bool(self.lines) and all(line.can_be_ordered for line in self.lines)
