"""Where item documents are kept; `settings.STORES["items"]` picks the class."""

from catalog.stores.base import ItemStore
from shop.core.stores import stores

__all__ = ["ItemStore", "item_store"]


def item_store() -> ItemStore:
    """Return the configured item store."""
    store: ItemStore = stores["items"]
    return store
