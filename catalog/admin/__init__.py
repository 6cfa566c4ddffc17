"""The backoffice of the catalogue. Every save goes through a service, with its event."""

from catalog.admin import categories, product_types, products

__all__ = ["categories", "product_types", "products"]
