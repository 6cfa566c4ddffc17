"""Where finished orders are kept; `settings.STORES["order_archive"]` picks the class."""

from orders.archives.base import OrderArchive
from shop.core.stores import stores

__all__ = ["OrderArchive", "order_archive"]


def order_archive() -> OrderArchive:
    """Return the configured archive."""
    archive: OrderArchive = stores["order_archive"]
    return archive
