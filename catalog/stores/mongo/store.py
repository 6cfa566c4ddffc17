"""Item documents in MongoDB, one record per product, read by id or by SKU in one find."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pymongo
from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.monitoring import CommandListener

from catalog.stores.base import ItemNotStorable, ItemStore
from catalog.stores.mongo import schema
from catalog.stores.mongo.connection import SETUP_SECONDS, MongoConnection, Record
from catalog.stores.mongo.documents import decoded, encoded, in_chunks, tombstone
from catalog.stores.mongo.errors import Refused, Unreachable, sorted_errors, taken_keys
from catalog.types import ItemDocument
from shop.core.breaker import PAUSE_SECONDS, Guard
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus


class MongoItemStore(ItemStore):
    """`url` is the driver's own (replica set, TLS, credentials), with the database in its path."""

    def __init__(
        self,
        *,
        url: str,
        pool_size: int = 16,
        timeout_seconds: float = 2.0,
        pause_seconds: float = PAUSE_SECONDS,
        listeners: Sequence[CommandListener] = (),
    ) -> None:
        self._connection = MongoConnection(
            url, pool_size=pool_size, timeout_seconds=timeout_seconds, listeners=listeners
        )
        self._guard = Guard(
            "items", unreachable=(Unreachable,), refused=(Refused,), pause_seconds=pause_seconds
        )

    def get_many(self, product_ids: Iterable[int]) -> dict[int, ItemDocument]:
        asked = sorted(set(product_ids))
        rows = self._find({"_id": {"$in": asked}, "is_deleted": False}, len(asked))
        return {row["_id"]: decoded(row) for row in rows}

    def get_many_by_sku(self, skus: Iterable[str]) -> dict[str, ItemDocument]:
        asked = set(skus)
        rows = self._find({"skus": {"$in": sorted(asked)}}, len(asked))
        found: dict[str, ItemDocument] = {}
        for row in sorted(rows, key=lambda each: int(each["_id"])):
            item = decoded(row)
            found.update((sku, item) for sku in row["skus"] if sku in asked)
        return found

    def upsert(self, documents: Sequence[ItemDocument], *, repair: bool = False) -> int:
        """Write as the interface says, in bulks that a message can hold.

        :raises ItemNotStorable: for the first that cannot be stored, after all others are written
        """
        newest: dict[int, ItemDocument] = {}
        for document in sorted(documents, key=lambda each: (each.product_id, each.revision)):
            newest[document.product_id] = document
        refused: list[ItemNotStorable] = []
        rows = _storable(newest.values(), refused)
        newer = "$lte" if repair else "$lt"
        written = sum(self._write(chunk, newer) for chunk in in_chunks(rows))
        if refused:
            raise refused[0]
        return written

    def delete(self, product_id: int, revision: int) -> bool:
        return self._write([tombstone(product_id, revision)], "$lte") == 1

    def scan(self, batch: int = 1000) -> Iterator[tuple[int, int]]:
        last = 0
        while True:
            rows = self._page(last, batch)
            yield from ((row["_id"], row["revision"]) for row in rows)
            if len(rows) < batch:
                return
            last = rows[-1]["_id"]

    def held_revisions(self, product_ids: Iterable[int]) -> dict[int, int]:
        asked = sorted(set(product_ids))
        rows = self._find({"_id": {"$in": asked}}, len(asked), {"revision": 1})
        return {row["_id"]: row["revision"] for row in rows}

    def setup(self) -> None:
        database = self._connection.database()
        # First with the usual patience: a server that is away would be waited for all that long.
        with self._calls(), self._connection.one_time():
            database.client.server_info()
        with self._calls(), pymongo.timeout(SETUP_SECONDS):
            schema.set_up(database)

    def ping(self) -> StoreStatus:
        status: dict[str, Any] = {
            "name": "items",
            "kind": "MongoDB",
            "location": self._connection.location,
        }
        try:
            database = self._connection.database()
            with self._calls(), self._connection.one_time():
                version = str(database.client.server_info().get("version", ""))
                is_set_up = schema.version_of(database) > 0
        except (StoreUnavailable, PyMongoError, OSError, ValueError) as error:
            return StoreStatus(**status, answers=False, detail=str(error).strip())
        if not is_set_up:
            return StoreStatus(**status, version=version, answers=False, detail="not set up yet")
        return StoreStatus(**status, version=version)

    def close(self) -> None:
        """Close this process's connections; the next call opens new ones."""
        self._connection.close()

    @contextmanager
    def _calls(self) -> Iterator[None]:
        with self._guard(), sorted_errors():
            yield

    def _find(self, query: Record, most: int, fields: Record | None = None) -> list[Record]:
        if not most:
            return []
        items = self._connection.collection(schema.ITEMS)
        with self._calls():
            # More than there can be: a batch that is just full is followed by a second trip.
            return list(items.find(query, fields).batch_size(most + 1))

    def _page(self, last: int, size: int) -> list[Record]:
        items = self._connection.collection(schema.ITEMS)
        query = {"_id": {"$gt": last}, "is_deleted": False}
        with self._calls():
            page = items.find(query, {"revision": 1}).sort("_id").limit(size)
            return list(page.batch_size(size + 1))

    def _write(self, rows: Sequence[RawBSONDocument], newer: str) -> int:
        """Replace what is older and add what is not there; return how many were written.

        A guarded upsert that finds a newer record tries to add a second one, and so does the
        loser of two that add the same product: both meet the existing key. The record is there
        then and is never removed, so that asking again without adding says which it was.
        """
        with self._calls(), self._connection.bulk_time():
            written, taken = self._bulk(rows, newer, adding=True)
            if taken:
                written += self._bulk([rows[index] for index in taken], newer, adding=False)[0]
        return written

    def _bulk(
        self, rows: Sequence[RawBSONDocument], newer: str, *, adding: bool
    ) -> tuple[int, list[int]]:
        """Return how many were written, and which, by position, met a record that is there."""
        requests = [
            ReplaceOne[Record](
                {"_id": row["_id"], "revision": {newer: row["revision"]}}, row, upsert=adding
            )
            for row in rows
        ]
        items = self._connection.collection(schema.ITEMS)
        try:
            result = items.bulk_write(requests, ordered=False)
        except BulkWriteError as error:
            taken = taken_keys(error)
            return error.details["nMatched"] + error.details["nUpserted"], taken
        return result.matched_count + result.upserted_count, []


def _storable(
    items: Iterable[ItemDocument], refused: list[ItemNotStorable]
) -> Iterator[RawBSONDocument]:
    """Yield what can be stored; one product that cannot be must not hold up the others."""
    for item in items:
        try:
            yield encoded(item)
        except ItemNotStorable as error:
            refused.append(error)
