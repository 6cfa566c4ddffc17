"""Products suggested in an order's e-mail."""

from collections.abc import Mapping
from dataclasses import replace

from catalog.selectors import get_items
from catalog.types import ItemDocument
from logistics.selectors import serving_warehouses
from recommendations.serving.contexts import mail_shelf
from recommendations.types import Pick, Shelf, Shopper
from shop.core import stream
from shop.core.shelves import MailProduct, MailRequest, MailShelf

MOST = 3


def suggest_in_mail(request: MailRequest) -> MailShelf | None:
    """Return what goes with the order and reaches its address, and record that it was shown.

    :raises StoreUnavailable: when a store it needs does not answer
    """
    shopper = Shopper(
        visitor=request.visitor,
        customer_id=request.customer_id,
        warehouses=serving_warehouses(destination=request.destination),
    )
    shelf = mail_shelf(shopper, product_ids=request.product_ids, length=MOST)
    if shelf is None:
        return None
    # What was chosen may be of half a minute ago: by now the product can be without that variant.
    documents = get_items(product_ids=[pick.product_id for pick in shelf.picks])
    shown = tuple(pick for pick in shelf.picks if _is_there(documents, pick))
    if not shown:
        return None
    stream.record(
        "impression",
        visitor=shopper.visitor,
        customer_id=shopper.customer_id,
        # The same id when the e-mail is made again: the lake then counts it once.
        event_id=f"impression:{request.order_number}:{request.about}",
        **replace(shelf, picks=shown).told,
    )
    products = tuple(_product(documents[pick.product_id], pick, shelf) for pick in shown)
    return MailShelf(title=shelf.title, products=products)


def _is_there(documents: Mapping[int, ItemDocument], pick: Pick) -> bool:
    document = documents.get(pick.product_id)
    return (
        document is not None
        and document.is_published
        and any(variant.sku == pick.sku for variant in document.variants)
    )


def _product(document: ItemDocument, pick: Pick, shelf: Shelf) -> MailProduct:
    picture = document.picture(pick.sku)
    return MailProduct(
        title=document.title,
        url=f"{document.url(pick.sku)}?ref={shelf.place}",
        picture_url=picture.sizes.get("card", picture.url) if picture else "",
        price=document.variant(pick.sku).price,
    )
