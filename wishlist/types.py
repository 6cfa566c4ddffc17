"""Value objects the wishlist hands out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class WishlistItemView:
    """One SKU and since when it is wished for."""

    sku: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class WishPage:
    """Some wishes, newest first; `next_cursor` leads to older ones, if there are any."""

    items: tuple[WishlistItemView, ...]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class WishlistView:
    """A wishlist, newest wish first; `id` is None while its owner has none."""

    id: int | None
    items: tuple[WishlistItemView, ...]

    @property
    def count(self) -> int:
        """Return how many items are on the list."""
        return len(self.items)

    @property
    def skus(self) -> tuple[str, ...]:
        """Return the SKUs, newest first."""
        return tuple(item.sku for item in self.items)


EMPTY_WISHLIST = WishlistView(id=None, items=())
