"""What else an order's e-mail shows; apps above fill `shop.core.shelves.mail_shelves`."""

import logging
from dataclasses import replace

from django.conf import settings

from notifications.kinds import Kind
from orders.types import OrderView
from shop.core.errors import InfrastructureError
from shop.core.shelves import MailProduct, MailRequest, MailShelf, mail_shelves

logger = logging.getLogger(__name__)

WITH_SUGGESTIONS = frozenset({Kind.CONFIRMED, Kind.SHIPPED})


def suggest(kind: Kind, order: OrderView) -> MailShelf | None:
    """Return products for the end of the e-mail, with whole addresses; None if there are none.

    An e-mail about an order does not wait for them.
    """
    if kind not in WITH_SUGGESTIONS:
        return None
    request = MailRequest(
        order_number=order.number,
        about=kind,
        visitor=order.visitor,
        customer_id=order.customer_id,
        destination=order.address.destination,
        product_ids=tuple(line.product_id for line in order.lines),
    )
    for _, fill in mail_shelves:
        try:
            shelf = fill(request)
        except InfrastructureError:
            logger.warning("Could not suggest anything in an e-mail; sending it without.")
            return None
        if shelf is not None and shelf.products:
            return replace(shelf, products=tuple(_whole(each) for each in shelf.products))
    return None


def _whole(product: MailProduct) -> MailProduct:
    return replace(product, url=_address(product.url), picture_url=_address(product.picture_url))


def _address(url: str) -> str:
    return settings.SHOP_URL + url if url.startswith("/") else url
