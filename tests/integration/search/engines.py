"""Engines that fail as a server or a person at the keyboard makes them fail."""

from collections.abc import Collection, Mapping, Sequence

from search.documents import SearchDocument
from search.engines.base import IndexDraft
from search.engines.tantivy import TantivyEngine
from search.engines.tantivy.engine import TantivyDraft
from search.types import SearchQuery, SearchResult, Suggestion
from shop.core.errors import StoreUnavailable


class UnsteadyEngine(TantivyEngine):
    """Tantivy, while `is_away` is false."""

    is_away = False

    def index(self, documents: Sequence[SearchDocument]) -> int:
        self._check()
        return super().index(documents)

    def delete(self, revisions: Mapping[int, int]) -> int:
        self._check()
        return super().delete(revisions)

    def search(self, query: SearchQuery) -> SearchResult:
        self._check()
        return super().search(query)

    def suggest(
        self, prefix: str, *, warehouses: Collection[str] | None = None, limit: int = 8
    ) -> list[Suggestion]:
        self._check()
        return super().suggest(prefix, warehouses=warehouses, limit=limit)

    def _check(self) -> None:
        if self.is_away:
            raise StoreUnavailable("search")


class InterruptedEngine(TantivyEngine):
    """Tantivy, whose operator presses Ctrl-C when a new index has just become the live one."""

    def begin_rebuild(self) -> IndexDraft:
        self._files.live()
        return InterruptedDraft(self._files, self._files.new_generation())


class InterruptedDraft(TantivyDraft):
    def promote(self) -> None:
        super().promote()
        raise KeyboardInterrupt
