"""One committed state of the index, opened for searching; renewed when a writer commits."""

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from search.engines.tantivy.files import IndexFiles
from search.engines.tantivy.schema import ROOT_LIVE, open_index, schema
from search.engines.tantivy.vocabulary import Vocabulary
from shop.core.errors import StoreUnavailable

Commit = tuple[int, int, int]


@dataclass
class Snapshot:
    """A searcher with what is worked out from it on first use."""

    index: tantivy.Index
    searcher: tantivy.Searcher

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.read(self.searcher)

    def count(self, query: tantivy.Query) -> int:
        # the wheel's type stub forgets this attribute
        found: int = self.searcher.search(query, 1).count  # type: ignore[attr-defined]
        return found

    def numbers(self, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
        return [
            value if isinstance(value, int) else 0
            for value in self.searcher.fast_field_values(field, addresses)
        ]

    def shown(self, address: tantivy.DocAddress) -> dict[str, Any]:
        """Return what is kept with a document to show it."""
        return dict(self.searcher.doc(address).get_first("shown") or {})

    def revisions(self, query: tantivy.Query) -> list[tuple[int, int]]:
        """Return (product id, revision) of everything that matches."""
        found = self.searcher.search(query, max(self.searcher.num_docs, 1), count=False)
        addresses = [address for _, address in found.hits]
        products = self.numbers("product", addresses)
        return list(zip(products, self.numbers("revision", addresses), strict=True))


def live_query() -> tantivy.Query:
    return tantivy.Query.term_query(schema(), "state", ROOT_LIVE)


class SnapshotSource:
    """The newest snapshot, shared by the threads of this process."""

    def __init__(self, files: IndexFiles) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._seen: tuple[Path, Commit] | None = None
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot:
        """Return the live generation as last committed, by whichever process.

        :raises StoreUnavailable: if the index cannot be read
        """
        try:
            return self._current()
        except (OSError, ValueError) as error:
            raise StoreUnavailable("search", str(error)) from error

    def _current(self) -> Snapshot:
        path = self._files.live()
        seen = (path, _commit_of(path))
        snapshot = self._snapshot
        if snapshot is not None and seen == self._seen:
            return snapshot
        with self._lock:
            if self._snapshot is None or seen != self._seen:
                self._snapshot, self._seen = open_snapshot(path), seen
            return self._snapshot


def open_snapshot(path: Path) -> Snapshot:
    index = open_index(str(path))
    index.reload()
    return Snapshot(index=index, searcher=index.searcher())


def _commit_of(path: Path) -> Commit:
    """Tell commits apart: each replaces the index's meta file by another.

    The time alone would not do, a file system's clock ticks every few milliseconds.
    """
    try:
        status = (path / "meta.json").stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_ino, status.st_size)
