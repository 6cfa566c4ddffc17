"""The Elasticsearch implementation of the search engine."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence

from elasticsearch import Elasticsearch

from search.documents import SearchDocument
from search.engines.base import IndexDraft, SearchEngine
from search.engines.elasticsearch.connection import Address, Connection
from search.engines.elasticsearch.filters import LIVE, every
from search.engines.elasticsearch.generations import Generations
from search.engines.elasticsearch.searching import search
from search.engines.elasticsearch.suggesting import suggest
from search.engines.elasticsearch.writing import (
    read_revisions,
    write_documents,
    write_removals,
)
from search.errors import NothingToRollBack
from search.published import is_anything_published
from search.types import SearchQuery, SearchResult, Suggestion
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus

KIND = "Elasticsearch"
NOT_BUILT = "not built yet: run rebuild_search"
# A filter that just lost its last product finds nothing for so long, instead of being refused.
FILTER_SECONDS = 60.0


class ElasticsearchEngine(SearchEngine):
    """An alias on a cluster; any number of processes read and write at once."""

    def __init__(
        self,
        *,
        url: str,
        index: str,
        pool_size: int,
        timeout_seconds: float,
        pause_seconds: float,
        replicas: str = "0-1",
    ) -> None:
        self._connection = Connection(
            Address.parse(url),
            pool_size=pool_size,
            timeout_seconds=timeout_seconds,
            pause_seconds=pause_seconds,
        )
        self._index = index
        self._generations = Generations(index, replicas)
        self._filters_seen: dict[str, float] = {}

    def setup(self) -> None:
        """Make the first index of a shop without products.

        With products an empty index would hide them; without one searches are answered by SQL
        until `rebuild_search` has made a full one.
        """
        with self._connection.patient() as client:
            if not self._generations.has_live(client) and not is_anything_published():
                self._generations.make_first(client)

    def ping(self) -> StoreStatus:
        version, answers = "", False
        try:
            with self._connection.quick() as client:
                version = client.info()["version"]["number"]
                answers = self._generations.has_live(client)
                detail = self._describe(client) if answers else NOT_BUILT
        except StoreUnavailable as error:
            answers, detail = False, str(error)
        return StoreStatus(
            name="search",
            kind=KIND,
            location=f"{self._connection.address}, index {self._index}",
            version=version,
            answers=answers,
            detail=detail,
        )

    def _describe(self, client: Elasticsearch) -> str:
        count = client.count(index=self._index, query=LIVE)["count"]
        if self._generations.is_current(client):
            return f"{count} products"
        return f"{count} products; made by another version, run rebuild_search"

    def index(self, documents: Sequence[SearchDocument]) -> int:
        # Without require_alias a missing index would be made, with a mapping of its own.
        with self._connection.patient() as client:
            return write_documents(
                client, self._index, documents, refresh=True, require_alias=True
            )

    def delete(self, revisions: Mapping[int, int]) -> int:
        with self._connection.patient() as client:
            return write_removals(client, self._index, revisions, refresh=True, require_alias=True)

    def scan(self) -> Iterator[tuple[int, int]]:
        with self._connection.patient() as client:
            yield from read_revisions(client, self._index)

    def has_filter(self, code: str) -> bool:
        """Ask once a minute: every search asks again for each filter it has."""
        if self._filters_seen.get(code, 0.0) > time.monotonic():
            return True
        wanted = every([LIVE, {"term": {"filters": code}}])
        with self._connection.quick() as client:
            found = client.search(
                index=self._index, size=0, query=wanted, track_total_hits=1, terminate_after=1
            )
        is_known = bool(found["hits"]["total"]["value"])
        if is_known:
            self._filters_seen[code] = time.monotonic() + FILTER_SECONDS
        return is_known

    def search(self, query: SearchQuery) -> SearchResult:
        with self._connection.quick() as client:
            return search(client, self._index, query)

    def suggest(
        self, prefix: str, *, warehouses: Collection[str] | None = None, limit: int = 8
    ) -> list[Suggestion]:
        places = None if warehouses is None else tuple(warehouses)
        with self._connection.quick() as client:
            return suggest(client, self._index, SearchQuery(text=prefix, warehouses=places), limit)

    def begin_rebuild(self) -> IndexDraft:
        with self._connection.patient() as client:
            name = self._generations.begin(client)
        return ElasticsearchDraft(self._connection, self._generations, name)

    def roll_back(self) -> None:
        with self._connection.patient() as client:
            previous = self._generations.previous(client)
            if previous is not None:
                self._generations.promote(client, previous)
        if previous is None:
            raise NothingToRollBack("No earlier search index is kept.")


class ElasticsearchDraft(IndexDraft):
    """A generation without an alias."""

    def __init__(self, connection: Connection, generations: Generations, name: str) -> None:
        self._connection = connection
        self._generations = generations
        self._name = name
        self._may_be_live = False

    def index(self, documents: Sequence[SearchDocument]) -> int:
        """Write without waiting to be found: only `scan` looks at a draft, and sees to that."""
        with self._connection.patient() as client:
            return write_documents(client, self._name, documents)

    def delete(self, revisions: Mapping[int, int]) -> int:
        with self._connection.patient() as client:
            return write_removals(client, self._name, revisions)

    def scan(self) -> Iterator[tuple[int, int]]:
        with self._connection.patient() as client:
            client.indices.refresh(index=self._name)
            yield from read_revisions(client, self._name)

    def promote(self) -> None:
        with self._connection.patient() as client:
            client.indices.refresh(index=self._name)
            self._may_be_live = True
            self._generations.promote(client, self._name)

    def discard(self) -> None:
        # A swap that timed out may come about yet; if it does not, the next rebuild clears this.
        if self._may_be_live:
            return
        with self._connection.patient() as client:
            self._generations.remove_unused(client, self._name)
