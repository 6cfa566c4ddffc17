"""Item documents for the tests of item stores."""

from datetime import UTC, datetime
from typing import Any

from catalog.types import (
    AttributeValue,
    CategoryRef,
    ItemDocument,
    PictureDocument,
    VariantDocument,
)
from shop.core.money import Money


def document(product_id: int = 1, revision: int = 1, **given: Any) -> ItemDocument:
    skus = given.pop("skus", (f"SKU-{product_id}",))
    fields: dict[str, Any] = {
        "product_id": product_id,
        "revision": revision,
        "slug": "camp-stove",
        "title": f"Camp stove, revision {revision}",
        "brand": "Nordlys",
        "description": "Boils a liter in four minutes.",
        "bullets": ("Folds flat",),
        "category_path": (CategoryRef(path="outdoor", name="Outdoor"),),
        "attributes": (
            AttributeValue(code="weight", name="Weight", value=0.4, unit="kg", display="0.4 kg"),
            AttributeValue(code="foldable", name="Foldable", value=True, display="Yes"),
        ),
        "variants": tuple(
            VariantDocument(
                sku=sku,
                options={"Color": "Red"},
                price=Money(4_999),
                compare_at=Money(5_999),
                picture_index=0,
            )
            for sku in skus
        ),
        "pictures": (PictureDocument(alt="A stove", url="/large", sizes={"card": "/card"}),),
        "status": "published",
        "published_at": datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    }
    return ItemDocument(**fields | given)
