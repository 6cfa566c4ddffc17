"""How an item document lies in MongoDB.

`{_id: product id, revision, is_deleted, skus: […], document: {…}}`, the document as in JSON, save
that a variant's options are a list of `{name, value}`: their names are the merchant's, and MongoDB
takes dots and dollars in field names only here and there.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import bson
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument

from catalog.stores.base import ItemNotStorable
from catalog.types import ItemDocument

LARGEST = 16 * 1024 * 1024  # MongoDB's own limit of a document
# Below what a message may hold (48 MB), and little enough that a slow server is done in time.
CHUNK_BYTES = 8 * 1024 * 1024
CHUNK_DOCUMENTS = 100


def encoded(item: ItemDocument) -> RawBSONDocument:
    """Return the document as it is stored.

    :raises ItemNotStorable: if it is larger than MongoDB takes, or a number is
    """
    document = item.to_json()
    for variant in document["variants"]:
        variant["options"] = [
            {"name": name, "value": value} for name, value in variant["options"].items()
        ]
    row = {
        "_id": item.product_id,
        "revision": item.revision,
        "is_deleted": False,
        "skus": [variant.sku for variant in item.variants],
        "document": document,
    }
    try:
        raw = bson.encode(row)
    except (BSONError, OverflowError) as error:
        raise ItemNotStorable(item.product_id, str(error)) from error
    if len(raw) > LARGEST:
        reason = f"{len(raw):,} bytes are more than MongoDB's {LARGEST:,}"
        raise ItemNotStorable(item.product_id, reason)
    return RawBSONDocument(raw)


def tombstone(product_id: int, revision: int) -> RawBSONDocument:
    row = {"_id": product_id, "revision": revision, "is_deleted": True, "skus": []}
    return RawBSONDocument(bson.encode(row))


def decoded(row: dict[str, Any]) -> ItemDocument:
    document = row["document"]
    for variant in document["variants"]:
        variant["options"] = {each["name"]: each["value"] for each in variant["options"]}
    return ItemDocument.from_json(document)


def in_chunks(rows: Iterable[RawBSONDocument]) -> Iterator[list[RawBSONDocument]]:
    """Split what is to be written into bulks of bearable size."""
    chunk: list[RawBSONDocument] = []
    size = 0
    for row in rows:
        if chunk and (size + len(row.raw) > CHUNK_BYTES or len(chunk) == CHUNK_DOCUMENTS):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += len(row.raw)
    if chunk:
        yield chunk
