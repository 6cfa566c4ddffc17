"""What every order archive offers, whatever database is behind it."""

import abc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.cursor import Position
from orders.types import OrderSummary, OrderView
from shop.core.stores import Store


@dataclass(frozen=True, kw_only=True)
class ArchiveEntry:
    """`archived_at` is when the order was first copied; `order` is None if it cannot be read."""

    number: str
    archived_at: datetime
    order: OrderView | None


class OrderArchive(Store):
    """Finished orders, built for heavy reads: by number, and by customer newest first.

    Every method raises `StoreUnavailable` when the database does not answer.
    """

    @abc.abstractmethod
    def save(self, order: OrderView) -> None:
        """Keep the order, replacing an older copy of it; complete when this returns."""

    @abc.abstractmethod
    def get(self, number: str) -> OrderView:
        """Return one order.

        :raises OrderNotFound: if it is not archived
        """

    @abc.abstractmethod
    def list_by_customer(
        self, customer_id: int, *, before: Position | None, limit: int
    ) -> Sequence[OrderSummary]:
        """Return up to `limit` of the customer's orders, newest (placed_at, number) first."""

    @abc.abstractmethod
    def delete(self, number: str) -> None:
        """Forget an order; one that is not there is fine."""

    @abc.abstractmethod
    def entries(self) -> Iterator[ArchiveEntry]:
        """Yield every archived order, in any order; for the audit."""

    @abc.abstractmethod
    def listed(self) -> Iterator[tuple[int, str]]:
        """Yield (customer id, order number) of all that customers' lists show; for the audit."""
