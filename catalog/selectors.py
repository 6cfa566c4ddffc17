"""Questions about the catalogue. Item documents come from the item store, offers from SQL."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.db import InterfaceError, OperationalError
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from catalog.category_tree import read_tree
from catalog.documents import build_documents
from catalog.errors import CategoryNotFound, ProductNotFound
from catalog.models import Picture, Product, ProductStatus, Variant
from catalog.pictures import picture_url
from catalog.projection import ItemDifference, find_differences
from catalog.stores import item_store
from catalog.types import CategoryNode, ItemDocument, Offer, ProductState
from shop.core.errors import StoreUnavailable
from shop.core.money import Money

logger = logging.getLogger(__name__)

K = TypeVar("K", int, str)


class _Outage:
    """Says once that the item store is away, and once that it is back: not in each request."""

    def __init__(self) -> None:
        self.lasts = False

    def begin(self) -> None:
        if not self.lasts:
            logger.warning("Could not reach the item store; reading the backoffice record.")
        self.lasts = True

    def end(self) -> None:
        if self.lasts:
            logger.info("The item store answers again.")
        self.lasts = False


_outage = _Outage()


def get_item(*, sku: str) -> ItemDocument:
    """Return the document of the product that has this variant, published or retired.

    :raises ProductNotFound: if there is none
    """
    try:
        return get_items_by_sku(skus=[sku])[sku]
    except KeyError:
        raise ProductNotFound(sku) from None


def get_items(*, product_ids: Iterable[int]) -> dict[int, ItemDocument]:
    """Return the documents that exist; from SQL while the item store is away or lacks them."""
    wanted = list(product_ids)
    try:
        found = item_store().get_many(wanted)
    except StoreUnavailable:
        _outage.begin()
        return build_documents(wanted)
    _outage.end()
    missing = [product_id for product_id in wanted if product_id not in found]
    return found | _built_if_missing(build_documents, missing)


def get_current_items(*, product_ids: Iterable[int]) -> dict[int, ItemDocument]:
    """Return the documents as the backoffice record makes them now.

    For other projections: their events may come before the item store has taken the change.
    """
    return build_documents(product_ids)


def get_items_by_sku(*, skus: Iterable[str]) -> dict[str, ItemDocument]:
    """Return the documents that exist, by the SKU asked; from SQL as `get_items` does."""
    wanted = list(skus)
    try:
        found = item_store().get_many_by_sku(wanted)
    except StoreUnavailable:
        _outage.begin()
        return _build_by_sku(wanted)
    _outage.end()
    return found | _built_if_missing(_build_by_sku, [sku for sku in wanted if sku not in found])


def _build_by_sku(skus: Sequence[str]) -> dict[str, ItemDocument]:
    owners = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "product_id"))
    documents = build_documents(set(owners.values()))
    return {sku: documents[owner] for sku, owner in owners.items() if owner in documents}


def _built_if_missing(
    build: Callable[[Sequence[K]], dict[K, ItemDocument]], missing: Sequence[K]
) -> dict[K, ItemDocument]:
    """Return what the backoffice has of what the item store lacks: it may have lost its data.

    While PostgreSQL is away the item store is believed.
    """
    try:
        return build(missing) if missing else {}
    except (OperationalError, InterfaceError):
        return {}


def get_offers(*, skus: Iterable[str]) -> dict[str, Offer]:
    """Return what each SKU is sold as right now, by SKU, with one statement.

    Unpublished products are there too, told apart by `is_published`; unknown SKUs are not.
    """
    first_picture = Picture.objects.filter(product_id=OuterRef("product_id")).order_by(
        "position", "id"
    )
    rows = (
        Variant.objects.filter(sku__in=list(skus))
        .annotate(
            shown=Coalesce(
                F("picture__file"),
                Subquery(first_picture.values("file")[:1], output_field=CharField()),
            )
        )
        .values(
            "sku", "product_id", "options", "price_minor", "currency", "shown",
            "product__title", "product__slug", "product__status",
        )
    )  # fmt: skip
    return {
        row["sku"]: Offer(
            sku=row["sku"],
            product_id=row["product_id"],
            title=row["product__title"],
            slug=row["product__slug"],
            options=row["options"],
            price=Money(row["price_minor"], row["currency"]),
            picture_url=picture_url(row["shown"], "thumb") if row["shown"] else "",
            is_published=row["product__status"] == ProductStatus.PUBLISHED,
        )
        for row in rows
    }


def list_categories() -> tuple[CategoryNode, ...]:
    """Return the root categories with their subtrees; up to a minute old."""
    return read_tree()


def get_category(*, path: str) -> CategoryNode:
    """Return a category with its subtree and ancestors.

    :raises CategoryNotFound: if there is none at that path
    """
    nodes: Mapping[str, CategoryNode] = {node.path: node for node in read_tree()}
    node: CategoryNode | None = None
    walked = ""
    for part in path.strip("/").split("/"):
        walked = f"{walked}/{part}" if walked else part
        node = nodes.get(walked)
        if node is None:
            raise CategoryNotFound(path)
        nodes = {child.path: child for child in node.children}
    if node is None:
        raise CategoryNotFound(path)
    return node


def scan_products(*, batch: int = 1000) -> Iterator[ProductState]:
    """Yield every product's state in order of id, for projections to compare themselves with."""
    last = 0
    while True:
        page = Product.objects.filter(id__gt=last).order_by("id")[:batch]
        rows = list(page.values_list("id", "revision", "status"))
        for product_id, revision, status in rows:
            yield ProductState(product_id=product_id, revision=revision, status=status)
        if len(rows) < batch:
            return
        last = rows[-1][0]


def find_item_differences(*, deep: bool = False) -> Iterator[ItemDifference]:
    """Yield the products whose item document is not what the backoffice record says.

    :raises StoreUnavailable: if the item store does not answer
    """
    return find_differences(deep=deep)
