"""Reactions to events: keep the item documents up with the backoffice record."""

from collections.abc import Sequence

from catalog.events import ProductChanged
from catalog.projection import project_items
from shop.core.outbox import subscribe_batch


def subscribe_handlers() -> None:
    subscribe_batch(ProductChanged, project_changed_products)


def project_changed_products(events: Sequence[ProductChanged]) -> None:
    """Write the item documents of the products that changed, from how they are now."""
    newest: dict[int, int] = {}
    for event in events:
        newest[event.product_id] = max(event.revision, newest.get(event.product_id, 0))
    project_items(newest)
