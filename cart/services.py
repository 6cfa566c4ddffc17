"""Commands on carts.

Each locks the cart first, so that two tabs, or a tab and a checkout, take turns.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from cart.errors import CartChanged, CartFull, InvalidQuantity, LineNotInCart, NotForSale
from cart.locking import bump_version, find_locked, obtain_locked
from cart.models import Cart, CartLine
from cart.quantities import MAX_QUANTITY, parse_quantity
from cart.selectors import view_of
from cart.types import EMPTY_CART, CartView, LineToAdd
from catalog.errors import ProductNotFound
from catalog.selectors import get_offers
from catalog.types import Offer
from shop.core.money import Money
from shop.core.visitor import Owner

MAX_LINES = 100


@transaction.atomic
def add_line(*, owner: Owner, sku: str, quantity: int | str) -> CartView:
    """Put `quantity` more of a SKU in the cart, at the price the shop asks now.

    :raises InvalidQuantity: if it, or it and what the cart holds, is not from 1 to 99
    :raises ProductNotFound: if there is no such SKU
    :raises NotForSale: if its product is not published
    :raises CartFull: at 100 different SKUs
    """
    wanted = parse_quantity(quantity)
    offer = _offer_for_sale(sku)
    cart = obtain_locked(owner)
    lines = {line.sku: line for line in cart.lines.all()}
    line = lines.get(sku)
    held = line.quantity if line else 0
    if line is None and len(lines) >= MAX_LINES:
        raise CartFull(MAX_LINES)
    if held + wanted > MAX_QUANTITY:
        raise InvalidQuantity(
            f"Your cart already holds {held} of this item; we sell at most {MAX_QUANTITY} at once."
        )
    _write_lines(cart, [_priced(line or CartLine(cart=cart, sku=sku), held + wanted, offer)])
    return _changed(cart)


@transaction.atomic
def set_quantity(*, owner: Owner, sku: str, quantity: int | str) -> CartView:
    """Have exactly `quantity` of a SKU that is in the cart; the price seen stays as it was.

    :raises InvalidQuantity: if it is not from 1 to 99
    :raises LineNotInCart: if the cart has no such line
    """
    wanted = parse_quantity(quantity)
    cart = find_locked(owner)
    if cart is None or not cart.lines.filter(sku=sku).update(quantity=wanted):
        raise LineNotInCart(sku)
    return _changed(cart)


@transaction.atomic
def remove_line(*, owner: Owner, sku: str) -> CartView:
    """Take a SKU out of the cart; one that is not in it is no error, for the wish is fulfilled."""
    cart = find_locked(owner)
    return _without(cart, [sku]) if cart else EMPTY_CART


@transaction.atomic
def remove_lines(*, owner: Owner, skus: Sequence[str]) -> CartView:
    """Take several SKUs out, such as those that a re-instated order already brings."""
    cart = find_locked(owner)
    return _without(cart, skus) if cart else EMPTY_CART


@transaction.atomic
def clear(*, owner: Owner) -> None:
    """Take everything out of the cart."""
    cart = find_locked(owner)
    if cart is not None:
        empty_cart(cart_id=cart.pk)


@transaction.atomic
def acknowledge_prices(*, owner: Owner, prices: Mapping[str, Money]) -> None:
    """Remember the prices the owner was just shown; the next notice starts from them."""
    cart = find_locked(owner)
    if cart is None:
        return
    changed = []
    for line in cart.lines.filter(sku__in=prices):
        price = prices[line.sku]
        if (line.price_seen_minor, line.currency) != (price.minor, price.currency):
            line.price_seen_minor, line.currency = price.minor, price.currency
            changed.append(line)
    # The version stays: what the order would contain has not changed.
    CartLine.objects.bulk_update(changed, ["price_seen_minor", "currency"])


@transaction.atomic
def restore_lines(*, owner: Owner, lines: Sequence[LineToAdd]) -> CartView:
    """Put an order's lines back in the cart ("try again").

    Each SKU ends with at least the order's quantity, so that doing it twice changes nothing.
    What is no longer for sale is left out; the page shows what is in the cart.
    """
    offers = get_offers(skus=[line.sku for line in lines])
    cart = obtain_locked(owner)
    held = {line.sku: line for line in cart.lines.all()}
    restored = []
    for line in lines:
        offer = offers.get(line.sku)
        if offer is None or not offer.is_published:
            continue
        row = held.get(line.sku) or CartLine(cart=cart, sku=line.sku, quantity=0)
        quantity = max(row.quantity, min(line.quantity, MAX_QUANTITY))
        if quantity != row.quantity:
            restored.append(_priced(row, quantity, offer))
    if not restored:
        return view_of(cart, held.values())
    _write_lines(cart, restored)
    return _changed(cart)


def lock_cart(*, owner: Owner, expected: Collection[str] | None = None) -> CartView:
    """Return the cart and keep others from changing it until the caller's transaction ends.

    Who expects one of some revisions has a cart made if there is none: what is not there cannot
    be locked, and everybody who has seen nothing would be let in at once.

    :raises CartChanged: if it has a revision that was not expected
    """
    cart = find_locked(owner) if expected is None else obtain_locked(owner)
    held = view_of(cart, cart.lines.all()) if cart else EMPTY_CART
    if expected is not None and held.revision not in expected:
        raise CartChanged
    return held


@transaction.atomic
def empty_cart(*, cart_id: int) -> None:
    """Take out everything after it was ordered; the caller holds the cart's lock."""
    CartLine.objects.filter(cart_id=cart_id).delete()
    bump_version(cart_id)


@transaction.atomic
def merge_carts(*, customer_id: int, visitor: str) -> None:
    """Move a guest's lines into the customer's cart, adding quantities up to at most 99.

    The guest's cart is gone afterwards. Twice, or twice at once, is as good as once: whoever
    comes second finds no guest cart.
    """
    guest = find_locked(Owner(visitor=visitor)) if visitor else None
    if guest is None:
        return
    cart = obtain_locked(Owner(customer_id=customer_id))
    held = {line.sku: line for line in cart.lines.all()}
    merged = []
    for line in guest.lines.all():
        row = held.get(line.sku) or CartLine(
            cart=cart, sku=line.sku, quantity=0, added_at=line.added_at
        )
        row.quantity = min(row.quantity + line.quantity, MAX_QUANTITY)
        # The guest's price is the one seen last, in the visit that is now signing in.
        row.price_seen_minor, row.currency = line.price_seen_minor, line.currency
        merged.append(row)
    _write_lines(cart, merged)
    guest.delete()
    bump_version(cart.pk)


def discard_old_guest_carts(*, now: datetime, older_than: timedelta = timedelta(days=60)) -> int:
    """Delete the carts that guests left untouched for so long, and return how many."""
    stale = Cart.objects.filter(visitor__isnull=False, updated_at__lt=now - older_than)
    _, per_table = stale.delete()
    return per_table.get("cart.Cart", 0)


def _offer_for_sale(sku: str) -> Offer:
    offer = get_offers(skus=[sku]).get(sku)
    if offer is None:
        raise ProductNotFound(sku)
    if not offer.is_published:
        raise NotForSale(sku, offer.title)
    return offer


def _priced(line: CartLine, quantity: int, offer: Offer) -> CartLine:
    line.quantity = quantity
    line.price_seen_minor, line.currency = offer.price.minor, offer.price.currency
    return line


def _write_lines(cart: Cart, lines: Iterable[CartLine]) -> None:
    CartLine.objects.bulk_create(
        [
            CartLine(
                cart=cart,
                sku=line.sku,
                quantity=line.quantity,
                price_seen_minor=line.price_seen_minor,
                currency=line.currency,
                added_at=line.added_at,
            )
            for line in lines
        ],
        update_conflicts=True,
        unique_fields=["cart", "sku"],
        update_fields=["quantity", "price_seen_minor", "currency"],
    )


def _without(cart: Cart, skus: Sequence[str]) -> CartView:
    deleted, _ = cart.lines.filter(sku__in=skus).delete()
    return _changed(cart) if deleted else view_of(cart, cart.lines.all())


def _changed(cart: Cart) -> CartView:
    bump_version(cart.pk)
    cart.version += 1
    return view_of(cart, cart.lines.all())
