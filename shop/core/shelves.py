"""Rows of products that other apps put on the start page, filled in `apps.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class ShelfRequest:
    """Who looks; `warehouses` of None means that we do not know where they are."""

    visitor: str
    customer_id: int | None
    warehouses: tuple[str, ...] | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A titled row; `products` are pairs of product id and the SKU to show, best first."""

    title: str
    products: tuple[tuple[int, str], ...]
    url: str = ""


FillShelf = Callable[[ShelfRequest], Shelf | None]

product_shelves: Registry[FillShelf] = Registry()
