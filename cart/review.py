"""What has changed about a cart: a pure comparison of its lines with today's offers and stock."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext

from cart.types import CartLineView, CartReview, CartView, Notice, NoticeKind, ReviewedLine
from catalog.types import Offer
from logistics.types import Promise
from shop.core.money import Money
from shop.core.visitor import Destination


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What logistics says of the cart's SKUs: pieces for the address, dates, stock elsewhere."""

    available: Mapping[str, int] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


def review_cart(
    *,
    cart: CartView,
    offers: Mapping[str, Offer],
    supply: Supply,
    destination: Destination | None,
) -> CartReview:
    """Return the cart's lines at today's prices with a notice for each thing that changed."""
    lines = tuple(
        _review_line(line, offers.get(line.sku), supply, destination) for line in cart.lines
    )
    sold = [line for line in lines if not _is_gone(line)]
    currency = sold[0].total.currency if sold else "USD"
    items_total = sum((line.total for line in sold), Money.zero(currency))
    return CartReview(cart=cart, lines=lines, items_total=items_total)


def _is_gone(line: ReviewedLine) -> bool:
    return any(notice.kind is NoticeKind.NOT_FOR_SALE for notice in line.notices)


def _review_line(
    line: CartLineView, offer: Offer | None, supply: Supply, destination: Destination | None
) -> ReviewedLine:
    promise = supply.promises.get(line.sku)
    price = offer.price if offer else line.unit_price_seen
    return ReviewedLine(
        sku=line.sku,
        quantity=line.quantity,
        title=offer.title if offer else gettext("Item %(sku)s") % {"sku": line.sku},
        # The page of a retired product still stands; of a draft, or of nothing, there is none.
        url=offer.url if offer and offer.is_published else "",
        options=offer.options if offer else {},
        picture_url=offer.picture_url if offer else "",
        unit_price=price,
        total=price * line.quantity,
        delivery_date=promise.delivery_date if promise else None,
        delivery_fee=promise.fee if promise else None,
        notices=_notices(line, offer, supply, destination),
    )


def _notices(
    line: CartLineView, offer: Offer | None, supply: Supply, destination: Destination | None
) -> tuple[Notice, ...]:
    if offer is None or not offer.is_published:
        title = offer.title if offer else gettext("Item %(sku)s") % {"sku": line.sku}
        message = gettext("%(title)s is no longer sold.") % {"title": title}
        return (Notice(kind=NoticeKind.NOT_FOR_SALE, sku=line.sku, message=message, blocks=True),)
    found = (_price_notice(line, offer), _supply_notice(line, offer, supply, destination))
    return tuple(notice for notice in found if notice is not None)


def _price_notice(line: CartLineView, offer: Offer) -> Notice | None:
    seen, price = line.unit_price_seen, offer.price
    if seen == price:
        return None
    cheaper = seen.currency == price.currency and price < seen
    told = (
        gettext("The price of %(title)s dropped from %(old)s to %(new)s.")
        if cheaper
        else gettext("The price of %(title)s changed from %(old)s to %(new)s.")
    )
    return Notice(
        kind=NoticeKind.PRICE_CHANGED,
        sku=line.sku,
        message=told % {"title": offer.title, "old": seen, "new": price},
        blocks=False,
        price_from=seen,
        price_to=price,
    )


def _supply_notice(
    line: CartLineView, offer: Offer, supply: Supply, destination: Destination | None
) -> Notice | None:
    available = supply.available.get(line.sku, 0)
    if available >= line.quantity:
        return None
    if available:
        kind = NoticeKind.ONLY_SOME_LEFT
        message = _only_some(offer.title, available, destination)
    elif destination is not None and line.sku in supply.elsewhere:
        kind = NoticeKind.NOT_DELIVERABLE
        message = gettext("%(title)s cannot be delivered to %(place)s.") % {
            "title": offer.title,
            "place": _place(destination),
        }
    else:
        kind = NoticeKind.OUT_OF_STOCK
        message = gettext("%(title)s is sold out at the moment.") % {"title": offer.title}
    return Notice(kind=kind, sku=line.sku, message=message, blocks=True, available=available)


def _place(destination: Destination) -> str:
    return " ".join(filter(None, (destination.city, destination.postal_code)))


def _only_some(title: str, available: int, destination: Destination | None) -> str:
    if destination is None:
        return gettext("Only %(count)s of %(title)s left.") % {"count": available, "title": title}
    return gettext("Only %(count)s of %(title)s left for %(place)s.") % {
        "count": available,
        "title": title,
        "place": _place(destination),
    }
