"""Item documents in a JSONB table of the shop's own PostgreSQL."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections

from catalog.models import ItemRow
from catalog.stores.base import ItemStore
from catalog.types import ItemDocument
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus

UPSERT = """
INSERT INTO catalog_item AS stored (product_id, revision, is_deleted, skus, document)
SELECT (document ->> 'product_id')::bigint, (document ->> 'revision')::bigint, false,
       ARRAY(SELECT jsonb_array_elements(document -> 'variants') ->> 'sku'), document
FROM jsonb_array_elements(%s::jsonb) AS given (document)
ON CONFLICT (product_id) DO UPDATE
SET revision = excluded.revision, is_deleted = false, skus = excluded.skus,
    document = excluded.document
WHERE excluded.revision {newer} stored.revision
"""
DELETE = """
INSERT INTO catalog_item AS stored (product_id, revision, is_deleted, skus, document)
VALUES (%s, %s, true, '{}', '{}')
ON CONFLICT (product_id) DO UPDATE
SET revision = excluded.revision, is_deleted = true, skus = '{}', document = '{}'
WHERE excluded.revision >= stored.revision
"""


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable("items", str(error).strip()) from error


class SqlItemStore(ItemStore):
    def __init__(self, *, database: str = DEFAULT_DB_ALIAS) -> None:
        self._database = database

    def get_many(self, product_ids: Iterable[int]) -> dict[int, ItemDocument]:
        rows = self._live().filter(product_id__in=list(product_ids))
        with _translated_errors():
            return {
                row["product_id"]: ItemDocument.from_json(row["document"])
                for row in rows.values("product_id", "document")
            }

    def get_many_by_sku(self, skus: Iterable[str]) -> dict[str, ItemDocument]:
        asked = set(skus)
        rows = self._live().filter(skus__overlap=sorted(asked)).order_by("product_id")
        found: dict[str, ItemDocument] = {}
        with _translated_errors():
            for held, document in rows.values_list("skus", "document") if asked else ():
                item = ItemDocument.from_json(document)
                found.update((sku, item) for sku in held if sku in asked)
        return found

    def upsert(self, documents: Sequence[ItemDocument], *, repair: bool = False) -> int:
        # One statement may touch a row once, and rows are taken in one order by every writer.
        newest: dict[int, ItemDocument] = {}
        for document in sorted(documents, key=lambda each: (each.product_id, each.revision)):
            newest[document.product_id] = document
        if not newest:
            return 0
        # One text, not an array of texts: the driver escapes array members one by one, in Python.
        payload = json.dumps([each.to_json() for each in newest.values()], ensure_ascii=False)
        return self._execute(UPSERT.format(newer=">=" if repair else ">"), [payload])

    def delete(self, product_id: int, revision: int) -> bool:
        return self._execute(DELETE, [product_id, revision]) == 1

    def scan(self, batch: int = 1000) -> Iterator[tuple[int, int]]:
        last = 0
        while True:
            page = self._live().filter(product_id__gt=last).order_by("product_id")[:batch]
            with _translated_errors():
                rows = list(page.values_list("product_id", "revision"))
            yield from rows
            if len(rows) < batch:
                return
            last = rows[-1][0]

    def held_revisions(self, product_ids: Iterable[int]) -> dict[int, int]:
        rows = ItemRow.objects.using(self._database).filter(product_id__in=list(product_ids))
        with _translated_errors():
            return dict(rows.values_list("product_id", "revision"))

    def ping(self) -> StoreStatus:
        settings = connections[self._database].settings_dict
        status: dict[str, Any] = {
            "name": "items",
            "kind": "JSONB table in PostgreSQL (embedded)",
            "location": f"{settings['NAME']} at {settings['HOST'] or 'localhost'}",
        }
        try:
            with connections[self._database].cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting('server_version'), to_regclass(%s)",
                    ["catalog_item"],
                )
                version, table = cursor.fetchone()
        except Error as error:
            return StoreStatus(**status, answers=False, detail=str(error).strip())
        if table is None:
            return StoreStatus(**status, version=version, answers=False, detail="not migrated yet")
        return StoreStatus(**status, version=version)

    def _live(self) -> Any:
        return ItemRow.objects.using(self._database).filter(is_deleted=False)

    def _execute(self, statement: str, parameters: list[Any]) -> int:
        with _translated_errors(), connections[self._database].cursor() as cursor:
            cursor.execute(statement, parameters)
            return int(cursor.rowcount)
