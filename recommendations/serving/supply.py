"""What of the candidates can be had: for sale, in stock, and where the shopper is."""

from collections.abc import Iterable, Mapping, Sequence

from catalog.selectors import get_items
from catalog.types import ItemDocument
from logistics.selectors import warehouses_in_stock
from recommendations.serving.keeping import keep
from recommendations.types import Pick

# Whoever shows a product looks at it and its stock again: for so long, one that has just gone only
# takes up a place.
KEPT_SECONDS = 30

# By warehouse the first variant that it has, with its position among all.
Supply = dict[str, tuple[int, str]]


def obtainable(product_ids: Iterable[int], *, warehouses: Sequence[str] | None) -> dict[int, Pick]:
    """Return by product the first variant that can be had; None: from any warehouse.

    Two look-ups, however many products, and none for a while after.
    """
    wanted = list(dict.fromkeys(product_ids))
    picks = {}
    for product_id, supply in keep("supply", wanted, _read, seconds=KEPT_SECONDS).items():
        codes = supply if warehouses is None else [code for code in warehouses if code in supply]
        if codes:
            _, sku = min(supply[code] for code in codes)
            picks[product_id] = Pick(product_id=product_id, sku=sku)
    return picks


def _read(product_ids: Sequence[int]) -> dict[int, Supply]:
    documents = get_items(product_ids=product_ids)
    for_sale = {id_: document for id_, document in documents.items() if document.is_published}
    skus = [variant.sku for document in for_sale.values() for variant in document.variants]
    stocked = warehouses_in_stock(skus=skus)
    return {id_: _supply(document, stocked) for id_, document in for_sale.items()}


def _supply(document: ItemDocument, stocked: Mapping[str, Sequence[str]]) -> Supply:
    supply: Supply = {}
    for position, variant in enumerate(document.variants):
        for code in stocked[variant.sku]:
            supply.setdefault(code, (position, variant.sku))
    return supply
