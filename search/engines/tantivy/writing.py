"""Writing documents into one generation of the index, newer revisions over older ones only."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import tantivy

from search.documents import SearchDocument
from search.engines.tantivy.schema import live_document, open_index, schema, tombstone
from search.engines.tantivy.snapshot import open_snapshot
from shop.core.errors import StoreUnavailable

HEAP_BYTES = 64_000_000

Maker = Callable[[], tantivy.Document]


def write(path: Path, documents: Sequence[SearchDocument], removed: Mapping[int, int]) -> int:
    """Commit what is not older than what is held; return how many documents that were.

    The caller holds the write lock. A process killed at any point leaves the last commit.

    :raises StoreUnavailable: if the directory cannot be written
    """
    try:
        return _write(path, documents, removed)
    except (OSError, ValueError) as error:
        raise StoreUnavailable("search", str(error)) from error


def _write(path: Path, documents: Sequence[SearchDocument], removed: Mapping[int, int]) -> int:
    changes: dict[int, tuple[int, Maker]] = {}
    for document in documents:
        _keep_newest(changes, document.product_id, document.revision, _live(document))
    for product_id, revision in removed.items():
        _keep_newest(changes, product_id, revision, _gone(product_id, revision))
    held = _held_revisions(path, list(changes))
    fresh = {
        product_id: make
        for product_id, (revision, make) in changes.items()
        if revision >= held.get(product_id, revision)
    }
    if fresh:
        _commit(path, fresh)
    return len(fresh)


def _keep_newest(
    changes: dict[int, tuple[int, Maker]], product_id: int, revision: int, make: Maker
) -> None:
    if product_id not in changes or changes[product_id][0] <= revision:
        changes[product_id] = (revision, make)


def _live(document: SearchDocument) -> Maker:
    return lambda: live_document(document)


def _gone(product_id: int, revision: int) -> Maker:
    return lambda: tombstone(product_id, revision)


def _held_revisions(path: Path, product_ids: list[int]) -> dict[int, int]:
    if not product_ids:
        return {}
    query = tantivy.Query.term_set_query(schema(), "product", product_ids)
    return dict(open_snapshot(path).revisions(query))


def _commit(path: Path, fresh: Mapping[int, Maker]) -> None:
    writer = open_index(str(path)).writer(HEAP_BYTES, 1)
    # By query: deleting by term reads an int as signed and would miss this unsigned field.
    replaced = tantivy.Query.term_set_query(schema(), "product", list(fresh))
    writer.delete_documents_by_query(replaced)
    for make in fresh.values():
        writer.add_document(make())
    writer.commit()
    writer.wait_merging_threads()
