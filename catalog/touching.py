"""Moving products on to their next revision when something they are shown with has changed."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from catalog.events import ProductChanged
from catalog.models import Product
from shop.core.outbox import publish_many

BATCH = 2000


@transaction.atomic
def touch_products(products: QuerySet[Product], **changes: Any) -> list[int]:
    """Give each product its next revision, with `changes` if any, and publish; return the ids.

    Rows are locked by id first: a plain UPDATE locks in plan order and may deadlock.
    """
    ids = list(
        products.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True)
    )
    for start in range(0, len(ids), BATCH):
        part = Product.objects.filter(id__in=ids[start : start + BATCH])
        part.update(revision=F("revision") + 1, **changes)
        publish_many(
            ProductChanged(product_id=product_id, revision=revision)
            for product_id, revision in part.order_by("id").values_list("id", "revision")
        )
    return ids


def touch_product(product_id: int, *, now: datetime, **changes: Any) -> None:
    # Staff changed it by hand: the next import of the same row must not think it knows it.
    touch_products(
        Product.objects.filter(pk=product_id), updated_at=now, content_digest="", **changes
    )
