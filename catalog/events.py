"""Facts about the catalogue that other apps may act on."""

from dataclasses import dataclass
from typing import ClassVar

from shop.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event):
    """A product was published, edited, retired or withdrawn; subscribers read it again."""

    event_type: ClassVar[str] = "catalog.product-changed"

    product_id: int
    revision: int
