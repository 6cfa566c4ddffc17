"""Questions: which rows of products to show to whom."""

from recommendations.serving.contexts import (
    cart_shelf,
    empty_search_shelf,
    order_shelf,
    product_shelves,
)
from recommendations.serving.groups import group_for, group_of
from recommendations.serving.home import home_shelves
from recommendations.types import Group, Pick, Place, ProductShelves, Shelf, Shopper, Strategy

__all__ = [
    "Group",
    "Pick",
    "Place",
    "ProductShelves",
    "Shelf",
    "Shopper",
    "Strategy",
    "cart_shelf",
    "empty_search_shelf",
    "group_for",
    "group_of",
    "home_shelves",
    "order_shelf",
    "product_shelves",
]
