"""Facts other apps may react to."""

from dataclasses import dataclass
from typing import ClassVar

from shop.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Event):
    """At one warehouse at least, the SKU went from available to sold out or back."""

    event_type: ClassVar[str] = "logistics.availability-changed"

    sku: str


@dataclass(frozen=True, kw_only=True)
class ServiceabilityChanged(Event):
    """The warehouse serves other addresses, faster, slower or at another fee than before."""

    event_type: ClassVar[str] = "logistics.serviceability-changed"

    warehouse_code: str
