"""What of the candidates can be had: for sale, in stock, and where the shopper is."""

from collections.abc import Iterable, Sequence

from catalog.selectors import get_items
from logistics.selectors import warehouses_in_stock
from recommendations.serving.keeping import keep
from recommendations.types import Pick

# A card reads its document anew: until then a product that was just retired only takes up a place.
KEPT_SECONDS = 60


def obtainable(product_ids: Iterable[int], *, warehouses: Sequence[str] | None) -> dict[int, Pick]:
    """Return by product the first variant that can be had; None: from any warehouse.

    Two look-ups, however many products.
    """
    variants = _variants(list(dict.fromkeys(product_ids)))
    stocked = warehouses_in_stock(skus=[sku for skus in variants.values() for sku in skus])
    reachable = {
        sku
        for sku, codes in stocked.items()
        if codes and (warehouses is None or not set(codes).isdisjoint(warehouses))
    }
    firsts = {
        product_id: next((sku for sku in skus if sku in reachable), None)
        for product_id, skus in variants.items()
    }
    return {id_: Pick(product_id=id_, sku=sku) for id_, sku in firsts.items() if sku}


def _variants(product_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the SKUs of each product that is for sale."""

    def read(missing: Sequence[int]) -> dict[int, tuple[str, ...]]:
        return {
            product_id: tuple(variant.sku for variant in document.variants)
            for product_id, document in get_items(product_ids=missing).items()
            if document.is_published
        }

    return keep("variants", product_ids, read, seconds=KEPT_SECONDS)
