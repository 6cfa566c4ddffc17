"""Questions about what is popular."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.selectors import get_items
from catalog.types import ItemDocument
from logistics.selectors import warehouses_in_stock
from recommendations.models import PopularProduct

# So many candidates are looked at for each place: some are retired or cannot be delivered.
CANDIDATES_PER_PLACE = 3


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A product to show, and the variant of it to show."""

    product_id: int
    sku: str


def popular_products(
    *, category: str | None, warehouses: Sequence[str] | None, limit: int
) -> list[Pick]:
    """Return what is popular in a category (None: anywhere), best first.

    With `warehouses`, only products one of them has in stock; a constant number of look-ups.
    """
    ids = list(
        PopularProduct.objects.filter(category=category or "")
        .order_by("rank")
        .values_list("product_id", flat=True)[: limit * CANDIDATES_PER_PLACE]
    )
    documents = get_items(product_ids=ids)
    candidates = [
        documents[id_] for id_ in ids if id_ in documents and documents[id_].is_published
    ]
    picks = (
        _first_variants(candidates) if warehouses is None else _in_stock(candidates, warehouses)
    )
    return picks[:limit]


def most_popular_category() -> str | None:
    """Return the path of the root category with the most popular products, if there is any."""
    roots = PopularProduct.objects.exclude(category="").exclude(category__contains="/")
    return roots.order_by("-score", "category").values_list("category", flat=True).first()


def _first_variants(documents: Sequence[ItemDocument]) -> list[Pick]:
    return [Pick(product_id=d.product_id, sku=d.variants[0].sku) for d in documents if d.variants]


def _in_stock(documents: Sequence[ItemDocument], warehouses: Sequence[str]) -> list[Pick]:
    skus = [variant.sku for document in documents for variant in document.variants]
    stocked = warehouses_in_stock(skus=skus)
    reachable = {sku for sku, codes in stocked.items() if not set(codes).isdisjoint(warehouses)}
    picks = []
    for document in documents:
        sku = next((v.sku for v in document.variants if v.sku in reachable), None)
        if sku is not None:
            picks.append(Pick(product_id=document.product_id, sku=sku))
    return picks
