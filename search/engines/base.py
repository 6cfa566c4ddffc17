"""What every search engine offers, whatever index is behind it."""

import abc
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from search.documents import SearchDocument
from search.types import SearchQuery, SearchResult, Suggestion
from shop.core.stores import Store


class Feature(StrEnum):
    """What an engine may lack; the contract tests hold it to the rest."""

    TYPOS = "typos"
    STEMMING = "stemming"
    CODES = "codes"
    ALL_FACETS = "all_facets"
    SUGGESTIONS = "suggestions"
    REBUILD = "rebuild"


@dataclass(frozen=True, kw_only=True)
class IndexState:
    """What is compared to tell whether two places hold the same documents."""

    count: int
    checksum: str

    @classmethod
    def of(cls, entries: Iterable[tuple[int, int]]) -> "IndexState":
        """Sum up (product id, revision) pairs in any order."""
        count, total = 0, 0
        for entry in entries:
            digest = hashlib.blake2b(repr(entry).encode(), digest_size=8).digest()
            total = (total + int.from_bytes(digest)) % 2**64
            count += 1
        return cls(count=count, checksum=f"{total:016x}")


class DocumentIndex(abc.ABC):
    """Documents by product, each guarded by its revision, in whatever order writes arrive."""

    @abc.abstractmethod
    def index(self, documents: Sequence[SearchDocument]) -> int:
        """Write each document unless a newer revision is held; return how many were written.

        On return searches find them, and they outlast a crash.

        :raises StoreUnavailable: if the engine does not answer
        """

    @abc.abstractmethod
    def delete(self, revisions: Mapping[int, int]) -> int:
        """Remove these products, given by id and revision, unless a newer revision is held.

        A late write of an older revision does not bring them back.

        :raises StoreUnavailable: if the engine does not answer
        """

    @abc.abstractmethod
    def scan(self) -> Iterator[tuple[int, int]]:
        """Yield (product id, revision) of every searchable document, in any order.

        :raises StoreUnavailable: if the engine does not answer
        """

    def state(self) -> IndexState:
        return IndexState.of(self.scan())


class IndexDraft(DocumentIndex):
    """An index being built beside the live one."""

    @abc.abstractmethod
    def promote(self) -> None:
        """Make this the live index in one step; the one it replaces is kept for roll-back.

        Once it is live nothing is raised any more: what cannot be tidied up waits.

        :raises StoreUnavailable: if the engine does not answer
        """

    @abc.abstractmethod
    def discard(self) -> None:
        """Remove it without a trace, unless it answers searches or is kept for roll-back.

        To be called after whatever went wrong, in the midst of `promote` too.

        :raises StoreUnavailable: if the engine does not answer
        """


class SearchEngine(DocumentIndex, Store):
    """Full-text search over the documents, in the shop's own terms."""

    features: frozenset[Feature] = frozenset(Feature)

    @abc.abstractmethod
    def search(self, query: SearchQuery) -> SearchResult:
        """Return the page asked for; a page beyond the last one has no hits.

        `query.text` has been cleaned by the caller, but may still hold anything printable.

        :raises StoreUnavailable: if the engine does not answer
        """

    @abc.abstractmethod
    def suggest(
        self, prefix: str, *, warehouses: Collection[str] | None = None, limit: int = 8
    ) -> list[Suggestion]:
        """Return completions of what is being typed, the likeliest first.

        :raises StoreUnavailable: if the engine does not answer
        """

    @abc.abstractmethod
    def has_filter(self, code: str) -> bool:
        """Does any product have a value for ``attr.<code>`` or ``opt.<name>``?

        :raises StoreUnavailable: if the engine does not answer
        """

    @abc.abstractmethod
    def begin_rebuild(self) -> IndexDraft:
        """Return an empty index beside the live one, which goes on answering.

        :raises StoreUnavailable: if the engine does not answer
        """

    @abc.abstractmethod
    def roll_back(self) -> None:
        """Go back to the index that the last rebuild replaced.

        :raises NothingToRollBack: if none is kept
        """
