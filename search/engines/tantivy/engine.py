"""The Tantivy implementation of the search engine."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from tantivy import Occur, Query

from search.documents import SearchDocument
from search.engines.base import IndexDraft, SearchEngine
from search.engines.tantivy.clauses import to_query
from search.engines.tantivy.facets import FacetCounter
from search.engines.tantivy.files import IndexFiles
from search.engines.tantivy.lexicon import SnapshotLexicon
from search.engines.tantivy.ordering import read_page
from search.engines.tantivy.snapshot import Snapshot, SnapshotSource, live_query, open_snapshot
from search.engines.tantivy.suggesting import suggest
from search.engines.tantivy.writing import write
from search.errors import NothingToRollBack
from search.reading import Reading, read
from search.types import SearchQuery, SearchResult, Suggestion
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus


class TantivyEngine(SearchEngine):
    """An index directory: read by every process, written by one at a time."""

    def __init__(self, directory: str) -> None:
        self._files = IndexFiles(Path(directory))
        self._source = SnapshotSource(self._files)

    def setup(self) -> None:
        self._files.live()

    def ping(self) -> StoreStatus:
        try:
            count, detail, answers = self._source.current().count(live_query()), "", True
        except StoreUnavailable as error:
            count, detail, answers = 0, str(error), False
        return StoreStatus(
            name="search",
            kind="Tantivy (embedded)",
            location=str(self._files.root),
            version=version("tantivy"),
            answers=answers,
            detail=detail or f"{count} products",
        )

    def index(self, documents: Sequence[SearchDocument]) -> int:
        with self._files.locked():
            return write(self._files.live(), documents, {})

    def delete(self, revisions: Mapping[int, int]) -> int:
        with self._files.locked():
            return write(self._files.live(), (), revisions)

    def scan(self) -> Iterator[tuple[int, int]]:
        yield from self._source.current().revisions(live_query())

    def has_filter(self, code: str) -> bool:
        return bool(self._source.current().searcher.doc_freq("filters", code))

    def search(self, query: SearchQuery) -> SearchResult:
        snapshot = self._source.current()
        try:
            return _search(snapshot, query)
        except ValueError as error:
            raise StoreUnavailable("search", str(error)) from error

    def suggest(
        self, prefix: str, *, warehouses: Collection[str] | None = None, limit: int = 8
    ) -> list[Suggestion]:
        places = None if warehouses is None else tuple(warehouses)
        query = SearchQuery(text=prefix, warehouses=places)
        return suggest(self._source.current(), query, limit)

    def begin_rebuild(self) -> IndexDraft:
        self._files.live()
        return TantivyDraft(self._files, self._files.new_generation())

    def roll_back(self) -> None:
        with self._files.locked():
            previous = self._files.previous()
            if previous is None:
                raise NothingToRollBack("No earlier search index is kept.")
            self._files.promote(previous)


class TantivyDraft(IndexDraft):
    """A generation that no reader knows of yet."""

    def __init__(self, files: IndexFiles, path: Path) -> None:
        self._files = files
        self._path = path

    def index(self, documents: Sequence[SearchDocument]) -> int:
        return write(self._path, documents, {})

    def delete(self, revisions: Mapping[int, int]) -> int:
        return write(self._path, (), revisions)

    def scan(self) -> Iterator[tuple[int, int]]:
        yield from open_snapshot(self._path).revisions(live_query())

    def promote(self) -> None:
        with self._files.locked():
            self._files.promote(self._path)

    def discard(self) -> None:
        self._files.remove(self._path)


def _search(snapshot: Snapshot, query: SearchQuery) -> SearchResult:
    reading = read(query.text, SnapshotLexicon(snapshot))
    text = None if reading.query is None else to_query(reading.query, snapshot.searcher)
    counter = FacetCounter(snapshot, query, text)
    page = read_page(snapshot, counter.matching(), query)
    return SearchResult(
        hits=page.hits,
        total=page.total,
        facets=counter.facets(page.total),
        page=query.page,
        pages=max(math.ceil(page.total / query.page_size), 1),
        did_you_mean=reading.did_you_mean,
        corrected=reading.is_corrected,
        unmatched=reading.unmatched,
        loosened=_is_loosened(snapshot, counter.matching(), reading, page.total),
    )


def _is_loosened(snapshot: Snapshot, matching: Query, reading: Reading, total: int) -> bool:
    """Tell whether products are among the hits that have not all the words."""
    if reading.whole is None or not total:
        return reading.is_guessed and bool(total)
    whole = to_query(reading.whole, snapshot.searcher)
    both = Query.boolean_query([(Occur.Must, matching), (Occur.Must, whole)])
    return reading.is_guessed or snapshot.count(both) < total
