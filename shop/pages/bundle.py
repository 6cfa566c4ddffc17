"""Putting several products in the cart with one click: what is often bought together."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_POST

from cart.selectors import get_cart
from cart.services import add_line
from catalog.selectors import get_offers
from logistics.selectors import available_quantity
from shop.core.errors import DomainError, InvalidInput
from shop.core.stream import record_many
from shop.core.visitor import Owner
from shop.pages.cart_lines import tell_added
from shop.pages.posted import LONGEST_SKU, clean_text
from shop.pages.rows import told_place
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of

MOST = 10


class NothingChosen(InvalidInput):
    code = "nothing_chosen"

    def __init__(self) -> None:
        super().__init__(f"Choose from 1 to {MOST} products.")


@require_POST
def add_together(request: ShopRequest) -> HttpResponseBase:
    """Put one of each `sku` in the cart; what has gone meanwhile stays out, and is named.

    :raises NothingChosen: if there is none, or too many
    """
    posted = (clean_text(sku, longest=LONGEST_SKU) for sku in request.POST.getlist("sku"))
    skus = [sku for sku in dict.fromkeys(posted) if sku]
    if not 1 <= len(skus) <= MOST:
        raise NothingChosen
    owner = owner_of(request)
    refusals = _add(request, owner, skus)
    added = [sku for sku in skus if sku not in refusals]
    record_many(
        "cart",
        [
            {"action": "add", "sku": sku, "quantity": 1, **told_place(request.POST)}
            for sku in added
        ],
        visitor=request.visitor,
        customer_id=customer_id_of(request),
    )
    cart = get_cart(customer_id=owner.customer_id, visitor=owner.visitor)
    text = " ".join([_said(len(added), len(skus)), *refusals.values()])
    return tell_added(request, cart, text, is_short=bool(refusals))


def _add(request: ShopRequest, owner: Owner, skus: list[str]) -> dict[str, str]:
    """Add what can be had; return by SKU why the others were not."""
    supply = available_quantity(skus=skus, destination=request.deliver_to)
    offers = get_offers(skus=skus)
    refusals = {}
    for sku in skus:
        if sku in offers and not supply[sku]:
            refusals[sku] = f"Sold out at the moment: {offers[sku].title}."
            continue
        try:
            add_line(owner=owner, sku=sku, quantity=1)
        except DomainError as error:
            refusals[sku] = str(error)
    return refusals


def _said(added: int, wanted: int) -> str:
    if added == wanted:
        return f"{added} products added to your cart." if added > 1 else "Added to your cart."
    return f"{added} of {wanted} added to your cart." if added else "Nothing was added."
