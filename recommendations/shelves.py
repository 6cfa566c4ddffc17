"""Rows of popular products on the start page."""

from catalog.errors import CategoryNotFound
from catalog.selectors import get_category
from recommendations.selectors import Pick, most_popular_category, popular_products
from shop.core.shelves import Shelf, ShelfRequest

FEWEST = 4  # a shorter row looks like a mistake


def popular_everywhere(request: ShelfRequest) -> Shelf | None:
    """Return what is popular in the whole shop and can reach the shopper."""
    picks = popular_products(category=None, warehouses=request.warehouses, limit=request.limit)
    return _shelf("Popular right now", picks)


def popular_in_category(request: ShelfRequest) -> Shelf | None:
    """Return what is popular in the category that shoppers like best."""
    path = most_popular_category()
    if path is None:
        return None
    try:
        category = get_category(path=path)
    except CategoryNotFound:
        return None
    picks = popular_products(category=path, warehouses=request.warehouses, limit=request.limit)
    return _shelf(f"Popular in {category.name}", picks, url=f"/c/{path}/")


def _shelf(title: str, picks: list[Pick], *, url: str = "") -> Shelf | None:
    if len(picks) < FEWEST:
        return None
    return Shelf(title=title, products=tuple((p.product_id, p.sku) for p in picks), url=url)
