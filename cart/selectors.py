"""Questions about carts: what lies in one, and what changed since its owner last looked."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from cart.locking import carts_of
from cart.models import Cart, CartLine
from cart.review import Supply, review_cart
from cart.types import EMPTY_CART, CartLineView, CartReview, CartView
from catalog.selectors import get_offers
from logistics.selectors import available_quantity, promises, warehouses_in_stock
from shop.core.money import Money
from shop.core.visitor import Destination, Owner


def get_cart(*, customer_id: int | None = None, visitor: str | None = None) -> CartView:
    """Return the customer's cart or, without a customer, the visitor's; maybe an empty one."""
    carts = carts_of(Owner(customer_id=customer_id, visitor=visitor or ""))
    lines = list(CartLine.objects.filter(cart__in=carts).select_related("cart"))
    # One statement for a cart that has something in it, as nearly all that are asked for do.
    cart = lines[0].cart if lines else carts.first()
    return view_of(cart, lines) if cart else EMPTY_CART


def count_pieces(*, owner: Owner) -> int:
    """Return how many pieces lie in the cart, for the number in the header."""
    counted = CartLine.objects.filter(cart__in=carts_of(owner)).aggregate(pieces=Sum("quantity"))
    return counted["pieces"] or 0


def get_cart_review(*, owner: Owner, destination: Destination | None, now: datetime) -> CartReview:
    """Return the cart at today's prices and stock, with a notice for all that changed.

    The number of statements does not grow with the lines.
    """
    cart = get_cart(customer_id=owner.customer_id, visitor=owner.visitor)
    if not cart.lines:
        return review_cart(cart=cart, offers={}, supply=Supply(), destination=destination)
    return review_cart(
        cart=cart,
        offers=get_offers(skus=cart.skus),
        supply=_find_supply(cart.skus, destination, now),
        destination=destination,
    )


def view_of(cart: Cart, lines: Iterable[CartLine]) -> CartView:
    """Return a stored cart as a value."""
    return CartView(
        id=cart.pk,
        version=cart.version,
        lines=tuple(
            CartLineView(
                sku=line.sku,
                quantity=line.quantity,
                unit_price_seen=Money(line.price_seen_minor, line.currency),
                added_at=line.added_at,
            )
            for line in lines
        ),
    )


def _find_supply(skus: tuple[str, ...], destination: Destination | None, now: datetime) -> Supply:
    available = available_quantity(skus=skus, destination=destination)
    if destination is None:
        return Supply(available=available)
    missing = tuple(sku for sku in skus if not available.get(sku))
    # Only to tell "sold out" from "in stock, but nobody carries it to you".
    stocked = warehouses_in_stock(skus=missing) if missing else {}
    return Supply(
        available=available,
        promises=promises(skus=skus, destination=destination, now=now),
        elsewhere=frozenset(sku for sku, warehouses in stocked.items() if warehouses),
    )
