"""The backoffice records of the catalogue; private to it."""

from catalog.models.categories import Category
from catalog.models.items import ItemRow
from catalog.models.product_types import Attribute, AttributeKind, ProductType
from catalog.models.products import Picture, Product, ProductStatus, Variant

__all__ = [
    "Attribute",
    "AttributeKind",
    "Category",
    "ItemRow",
    "Picture",
    "Product",
    "ProductStatus",
    "ProductType",
    "Variant",
]
