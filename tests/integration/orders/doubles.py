"""Archives that go wrong in one point."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from orders.archives import OrderArchive
from orders.archives.base import ArchiveEntry
from orders.cursor import Position
from orders.types import OrderSummary, OrderView
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus


class Wrapped(OrderArchive):
    """A second implementation over the archive in use, for others to go wrong in one point."""

    def __init__(self, archive: OrderArchive) -> None:
        self._archive = archive

    def save(self, order: OrderView) -> None:
        self._archive.save(order)

    def get(self, number: str) -> OrderView:
        return self._archive.get(number)

    def list_by_customer(
        self, customer_id: int, *, before: Position | None, limit: int
    ) -> Sequence[OrderSummary]:
        return self._archive.list_by_customer(customer_id, before=before, limit=limit)

    def delete(self, number: str) -> None:
        self._archive.delete(number)

    def entries(self) -> Iterator[ArchiveEntry]:
        return self._archive.entries()

    def listed(self) -> Iterator[tuple[int, str]]:
        return self._archive.listed()

    def ping(self) -> StoreStatus:
        return self._archive.ping()


class UnreachableArchive(Wrapped):
    """Behaves as one whose server is gone."""

    def get(self, number: str) -> OrderView:
        raise StoreUnavailable("the order archive")

    def save(self, order: OrderView) -> None:
        raise StoreUnavailable("the order archive")

    def list_by_customer(self, *args: object, **kwargs: object) -> list[OrderSummary]:
        raise StoreUnavailable("the order archive")


class ForgetfulArchive(Wrapped):
    """Loses what one order was worth."""

    def __init__(self, archive: OrderArchive, *, forgets: str) -> None:
        super().__init__(archive)
        self._forgets = forgets

    def save(self, order: OrderView) -> None:
        forgotten = order.number == self._forgets
        super().save(replace(order, email="") if forgotten else order)


class UnlistedArchive(Wrapped):
    """Keeps one order, but does not list it for its customer."""

    def __init__(self, archive: OrderArchive, *, hides: str) -> None:
        super().__init__(archive)
        self._hides = hides

    def list_by_customer(
        self, customer_id: int, *, before: Position | None, limit: int
    ) -> Sequence[OrderSummary]:
        found = super().list_by_customer(customer_id, before=before, limit=limit)
        return [summary for summary in found if summary.number != self._hides]
