"""Item stores that are away or refuse something, to be named in STORES."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from catalog.stores.base import ItemNotStorable, ItemStore
from catalog.stores.sql import SqlItemStore
from catalog.types import ItemDocument
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus


class AbsentItemStore(ItemStore):
    def get_many(self, product_ids: Iterable[int]) -> dict[int, ItemDocument]:
        self._fail()

    def get_many_by_sku(self, skus: Iterable[str]) -> dict[str, ItemDocument]:
        self._fail()

    def upsert(self, documents: Sequence[ItemDocument], *, repair: bool = False) -> int:
        self._fail()

    def delete(self, product_id: int, revision: int) -> bool:
        self._fail()

    def scan(self, batch: int = 1000) -> Iterator[tuple[int, int]]:
        self._fail()

    def held_revisions(self, product_ids: Iterable[int]) -> dict[int, int]:
        self._fail()

    def ping(self) -> StoreStatus:
        return StoreStatus(name="items", kind="absent", location="nowhere", answers=False)

    def _fail(self) -> NoReturn:
        raise StoreUnavailable("items")


class PickyItemStore(SqlItemStore):
    """Refuses products by their title, as a store refuses what is too large for it."""

    def upsert(self, documents: Sequence[ItemDocument], *, repair: bool = False) -> int:
        refused = [each for each in documents if each.title == "Too large"]
        written = super().upsert(
            [each for each in documents if each not in refused], repair=repair
        )
        if refused:
            raise ItemNotStorable(refused[0].product_id, "it is too large")
        return written
