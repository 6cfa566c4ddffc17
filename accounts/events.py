"""Facts that accounts publishes."""

from dataclasses import dataclass
from typing import ClassVar

from shop.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class CustomerSignedIn(Event):
    """A customer signed in; `visitor` is who the browser was before, maybe nobody ("")."""

    event_type: ClassVar[str] = "accounts.customer-signed-in"
    customer_id: int
    visitor: str
