"""The rows beside a product, a cart, an order, and a search that found nothing."""

from collections.abc import Sequence

from django.utils.translation import gettext, gettext_noop

from recommendations.serving.lists import EVERYWHERE, product_rows
from recommendations.serving.rows import FEWEST, Row, fill_rows
from recommendations.serving.sources import (
    POPULAR_NOW,
    Knowledge,
    beside,
    goes_with,
    personal,
    popular,
    popular_everywhere,
    session,
)
from recommendations.types import Place, ProductShelves, Shelf, Shopper

MOST_TOGETHER = 3
SIMILAR = gettext_noop("Similar products")
TOGETHER = gettext_noop("Often bought together")
WITH_ORDER = gettext_noop("Goes well with your order")


def product_shelves(
    shopper: Shopper,
    *,
    product_id: int,
    category: tuple[str, str] | None,
    in_cart: Sequence[int],
    length: int,
) -> ProductShelves:
    """Return what the live run has for the product; `category` is its path and name."""
    known = Knowledge.of(shopper, leaving_out=[product_id, *in_cart])
    row = product_rows(known.run, [product_id]).get(product_id)
    if row is None:
        return ProductShelves()
    titles = (
        {category[0]: gettext("Popular in %(category)s") % {"category": category[1]}}
        if category
        else {}
    )
    instead = tuple(popular(known, {**titles, EVERYWHERE: gettext(POPULAR_NOW)}).values())
    rows = []
    if row.together:
        # The other way round, or the two rows would be of one list.
        rows.append(
            Row(
                place=Place.TOGETHER,
                sources=beside(known, gettext(TOGETHER), row.together),
                instead=instead[::-1],
                length=MOST_TOGETHER,
                fewest=1,
            )
        )
    if row.similar:
        sources = beside(known, gettext(SIMILAR), row.similar)
        rows.append(Row(place=Place.SIMILAR, sources=sources, instead=instead, length=length))
    shelves = {
        shelf.place: shelf
        for shelf in fill_rows(rows, shopper=shopper, group=known.group, excluded=known.excluded)
    }
    return ProductShelves(together=shelves.get(Place.TOGETHER), similar=shelves.get(Place.SIMILAR))


def cart_shelf(shopper: Shopper, *, product_ids: Sequence[int], length: int) -> Shelf | None:
    """Return what goes with what is in the cart, beside an empty one what the shopper may like."""
    return _beside_several(
        shopper, Place.CART, product_ids, title=gettext("Goes well with your cart"), length=length
    )


def order_shelf(
    shopper: Shopper, *, product_ids: Sequence[int], length: int, in_cart: Sequence[int] = ()
) -> Shelf | None:
    """Return what goes with the products of an order."""
    return _beside_several(
        shopper,
        Place.ORDER,
        product_ids,
        title=gettext(WITH_ORDER),
        length=length,
        in_cart=in_cart,
    )


def mail_shelf(shopper: Shopper, *, product_ids: Sequence[int], length: int) -> Shelf | None:
    """Return what goes with the products of an order, for an e-mail about it."""
    return _beside_several(
        shopper, Place.MAIL, product_ids, title=gettext(WITH_ORDER), length=length, fewest=1
    )


def empty_search_shelf(
    shopper: Shopper, *, length: int, in_cart: Sequence[int] = ()
) -> Shelf | None:
    """Return what the shopper may like instead of what was not found."""
    return _beside_several(
        shopper, Place.EMPTY_SEARCH, (), title="", length=length, in_cart=in_cart
    )


def _beside_several(
    shopper: Shopper,
    place: Place,
    product_ids: Sequence[int],
    *,
    title: str,
    length: int,
    fewest: int = FEWEST,
    in_cart: Sequence[int] = (),
) -> Shelf | None:
    known = Knowledge.of(shopper, leaving_out=[*product_ids, *in_cart])
    learned = (*goes_with(known, product_ids, title), *personal(known), *session(known))
    everywhere = popular_everywhere(known)
    row = Row(
        place=place,
        sources=(*learned, *everywhere),
        instead=everywhere,
        length=length,
        fewest=fewest,
    )
    filled = fill_rows([row], shopper=shopper, group=known.group, excluded=known.excluded)
    return next(iter(filled), None)
