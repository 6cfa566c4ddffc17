"""The recommended row of a page that has one; without SQL the page goes without it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from cart.selectors import get_cart
from catalog.selectors import get_offers
from recommendations.selectors import Shelf, Shopper
from shop.pages.context import count_cart
from shop.pages.outage import without_sql
from shop.pages.results import warehouses_for
from shop.pages.rows import Row, build_rows, select
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of

IN_A_ROW = 10


def shopper_of(request: ShopRequest) -> Shopper:
    """Return who looks, checked against the account: what was bought is nobody else's business."""
    return Shopper(
        visitor=request.visitor,
        customer_id=customer_id_of(request),
        warehouses=warehouses_for(request),
    )


def recommended_row(
    request: ShopRequest, find: Callable[[Shopper], Shelf | None], *, now: datetime
) -> Row | None:
    """Return the row of the shelf that `find` finds, if there is one."""
    shelf = without_sql(request, lambda: find(shopper_of(request)), otherwise=None)
    rows = build_rows(request, [select(shelf)], now=now) if shelf else ()
    return next(iter(rows), None)


def products_of(skus: Iterable[str]) -> tuple[int, ...]:
    """Return the products of the SKUs, each once."""
    wanted = list(skus)
    offers = get_offers(skus=wanted) if wanted else {}
    return tuple(dict.fromkeys(offers[sku].product_id for sku in wanted if sku in offers))


def products_in_cart(request: ShopRequest) -> tuple[int, ...]:
    """Return what the cart holds; no statement for the many who have nothing in it."""
    if count_cart(request) == 0:  # the header shows it anyway
        return ()
    owner = owner_of(request)
    cart = get_cart(customer_id=owner.customer_id, visitor=owner.visitor)
    return products_of(cart.skus)
