"""Carts for tests, filled through the cart's own services."""

from itertools import count

from cart import services
from shop.core.visitor import Owner
from tests.factories.accounts import make_customer

_numbers = count(1)


def make_guest() -> Owner:
    """Return a visitor who has not been here before."""
    return Owner(visitor=f"visitor-{next(_numbers)}")


def make_owner() -> Owner:
    """Return a signed-in customer, with the visitor id of the browser."""
    return Owner(customer_id=make_customer().pk, visitor=f"visitor-{next(_numbers)}")


def fill_cart(owner: Owner, **quantities: int) -> None:
    """Put so many of each SKU in the cart; underscores stand for hyphens."""
    for sku, quantity in quantities.items():
        services.add_line(owner=owner, sku=sku.replace("_", "-"), quantity=quantity)
