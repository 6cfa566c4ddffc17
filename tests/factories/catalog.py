"""Products for tests: saved through the catalogue's own services, their items written at once."""

from itertools import count
from typing import Any

from catalog import services
from catalog.models import Product
from catalog.projection import project_items
from catalog.selectors import get_items
from catalog.types import ItemDocument, ProductInput, VariantInput

_numbers = count(1)


def product_input(**given: Any) -> ProductInput:
    """Return a valid input; `sku`, `price_minor` and `options` shape its one variant."""
    number = next(_numbers)
    variant = {
        name: given.pop(name)
        for name in ("sku", "price_minor", "options", "compare_at_minor", "currency")
        if name in given
    }
    variant = {"sku": f"SKU-{number}", "price_minor": 1999, **variant}
    defaults: dict[str, Any] = {
        "title": f"Trail Lantern {number}",
        "brand": "Nordlys",
        "category": "Outdoor > Lighting",
        "variants": (VariantInput(**variant),),
    }
    return ProductInput(**defaults | given)


def make_product(**given: Any) -> ItemDocument:
    """Save a published product, as `product_input` shapes it, and return its item document.

    The event is published too; `drain_outbox` delivers it to whoever else listens.
    """
    product_id = services.save_product(data=product_input(**given))
    project_product(product_id)
    return get_items(product_ids=[product_id])[product_id]


def make_draft(**given: Any) -> int:
    """Save a product that customers do not see and return its id."""
    return services.save_product(data=product_input(status="draft", **given))


def change_product(item: ItemDocument, **given: Any) -> ItemDocument:
    """Save the product again with other content, on the same SKUs."""
    sku = item.variants[0].sku
    return make_product(**{"title": item.title, "brand": item.brand, "sku": sku, **given})


def project_product(product_id: int) -> None:
    """Write the product's item document now instead of through the outbox."""
    project_items({product_id: Product.objects.get(pk=product_id).revision})
