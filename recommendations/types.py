"""Who looks, and the rows of products that they are shown."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Place(StrEnum):
    """Where a row is; kept in the lake and in links (`?ref=`): never rename one."""

    FOR_YOU = "for-you"
    CATEGORY = "category"
    BUY_AGAIN = "buy-again"
    RECENT = "recent"
    POPULAR = "popular"
    SIMILAR = "similar"
    TOGETHER = "together"
    CART = "cart"
    EMPTY_SEARCH = "empty-search"
    ORDER = "order"
    MAIL = "mail"


class Strategy(StrEnum):
    """What a row is made from: the customer, what is being looked at, or everybody."""

    PERSONAL = "personal"
    SESSION = "session"
    POPULAR = "popular"


class Group(StrEnum):
    """Whether a shopper gets what was learned, or popular lists to compare it with."""

    MODEL = "model"
    CONTROL = "control"


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """Who looks; `warehouses` reach them, None while we do not know where they are."""

    visitor: str
    customer_id: int | None = None
    warehouses: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """Return what tells two shoppers apart."""
        return f"v{self.visitor}" if self.customer_id is None else f"c{self.customer_id}"


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A product to show, and the variant of it to show."""

    product_id: int
    sku: str


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A titled row, best first; `run` is the run its products come from, if they come from one."""

    place: Place
    title: str
    picks: tuple[Pick, ...]
    strategy: Strategy
    group: Group
    run: int | None = None
    url: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """Return what an `impression` event tells of it."""
        return {
            "place": self.place,
            "strategy": self.strategy,
            "group": self.group,
            "run": self.run,
            "products": [pick.product_id for pick in self.picks],
        }


@dataclass(frozen=True, kw_only=True)
class ProductShelves:
    """What goes on a product's page, as far as there is something."""

    together: Shelf | None = None
    similar: Shelf | None = None
