"""Reactions to other apps' events: the search consumer."""

from collections.abc import Sequence

from catalog.events import ProductChanged
from logistics.events import AvailabilityChanged
from search.indexing import refresh_products, refresh_stock
from shop.core.outbox import subscribe_batch

# One worker with one process serves this queue: Tantivy takes one writer at a time.
QUEUE = "search-index"


def subscribe_handlers() -> None:
    """Where a warehouse delivers to is no part of a document, so that needs no handler."""
    subscribe_batch(ProductChanged, index_changed_products, queue=QUEUE)
    subscribe_batch(AvailabilityChanged, index_changed_availability, queue=QUEUE)


def index_changed_products(events: Sequence[ProductChanged]) -> None:
    """Make the products findable, or not, as they are now."""
    refresh_products(product_ids={event.product_id for event in events})


def index_changed_availability(events: Sequence[AvailabilityChanged]) -> None:
    """Make the variants findable from where they are in stock now."""
    refresh_stock(skus={event.sku for event in events})
