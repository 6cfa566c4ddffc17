"""Writing and reading back documents by revision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan, streaming_bulk

from search.documents import SearchDocument
from search.engines.elasticsearch.connection import WriteRefused
from search.engines.elasticsearch.documents import Entry, Removal, SearchRecordDocument
from search.engines.elasticsearch.filters import LIVE

CHUNK_BYTES = 10 * 1024 * 1024
SCAN_PAGE = 5_000
CONFLICT = 409


def write_documents(
    client: Elasticsearch, target: str, documents: Sequence[SearchDocument], **options: Any
) -> int:
    """Write what is not older than what is held; return how many that was."""
    newest: dict[int, Entry] = {}
    for document in documents:
        held = newest.get(document.product_id)
        if held is None or held.revision <= document.revision:
            newest[document.product_id] = document
    return _write(client, target, newest.values(), "index", options)


def write_removals(
    client: Elasticsearch, target: str, revisions: Mapping[int, int], **options: Any
) -> int:
    removals = [Removal(product_id, revision) for product_id, revision in revisions.items()]
    return _write(client, target, removals, "delete", options)


def _write(
    client: Elasticsearch,
    target: str,
    entries: Iterable[Entry],
    action: str,
    options: Mapping[str, Any],
) -> int:
    actions = (
        {**each, "_index": target} for each in SearchRecordDocument().get_actions(entries, action)
    )
    written = 0
    for is_written, item in streaming_bulk(
        client, actions, max_chunk_bytes=CHUNK_BYTES, raise_on_error=False, **options
    ):
        written += is_written
        answer = item["index"]
        if not is_written and answer["status"] != CONFLICT:
            raise WriteRefused(f"Product {answer['_id']}: {answer['error']}")
    return written


def read_revisions(client: Elasticsearch, target: str) -> Iterator[tuple[int, int]]:
    """Yield (product id, revision) of what is live; the id and the version tell."""
    found = scan(
        client,
        index=target,
        query={"query": LIVE, "_source": False, "version": True},
        size=SCAN_PAGE,
    )
    for hit in found:
        yield int(hit["_id"]), int(hit["_version"])
