"""What every item store offers, whatever database is behind it."""

import abc
from collections.abc import Iterable, Iterator, Sequence

from catalog.errors import ProductNotFound
from catalog.types import ItemDocument
from shop.core.errors import InvalidInput
from shop.core.stores import Store


class ItemNotStorable(InvalidInput):
    """A document that this store cannot hold, however often one tries."""

    code = "item_not_storable"

    def __init__(self, product_id: int, reason: str) -> None:
        super().__init__(f"The item document of product {product_id} cannot be stored: {reason}.")
        self.product_id = product_id


class ItemStore(Store):
    """Item documents by product and by SKU, each guarded by its revision.

    Documents are whole: no joins, no partial updates, so that a document database can hold them.
    Every write names the revision it is made from; whatever order writes arrive in, the highest
    revision stays. Drivers' errors are raised as StoreUnavailable.
    """

    @abc.abstractmethod
    def get_many(self, product_ids: Iterable[int]) -> dict[int, ItemDocument]:
        """Return the documents that exist, by product id, in one round trip.

        :raises StoreUnavailable: if the store does not answer
        """

    @abc.abstractmethod
    def get_many_by_sku(self, skus: Iterable[str]) -> dict[str, ItemDocument]:
        """Return the documents that exist, by the SKU asked for, in one round trip.

        Should two documents hold a SKU (it moved, and the old one is still to be projected),
        the newer product wins.

        :raises StoreUnavailable: if the store does not answer
        """

    @abc.abstractmethod
    def upsert(self, documents: Sequence[ItemDocument], *, repair: bool = False) -> int:
        """Write each document whose revision is newer than the stored one; return how many were.

        With `repair` a document of the same revision is written again too.

        :raises StoreUnavailable: if the store does not answer
        """

    @abc.abstractmethod
    def delete(self, product_id: int, revision: int) -> bool:
        """Leave a tombstone unless a newer revision is stored; tell whether it was left.

        The tombstone refuses a late write of an older revision.

        :raises StoreUnavailable: if the store does not answer
        """

    @abc.abstractmethod
    def scan(self, batch: int = 1000) -> Iterator[tuple[int, int]]:
        """Yield (product id, revision) of every document in order of product id.

        :raises StoreUnavailable: if the store does not answer
        """

    @abc.abstractmethod
    def held_revisions(self, product_ids: Iterable[int]) -> dict[int, int]:
        """Return the revision of each document or tombstone that exists, by product id.

        :raises StoreUnavailable: if the store does not answer
        """

    def get(self, product_id: int) -> ItemDocument:
        """Return one document.

        :raises ProductNotFound: if there is none
        :raises StoreUnavailable: if the store does not answer
        """
        try:
            return self.get_many([product_id])[product_id]
        except KeyError:
            raise ProductNotFound(product_id) from None

    def get_by_sku(self, sku: str) -> ItemDocument:
        """Return the document with that variant.

        :raises ProductNotFound: if there is none
        :raises StoreUnavailable: if the store does not answer
        """
        try:
            return self.get_many_by_sku([sku])[sku]
        except KeyError:
            raise ProductNotFound(sku) from None
