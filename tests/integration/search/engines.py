"""An engine that can be away, as a server can."""

from collections.abc import Mapping, Sequence

from search.documents import SearchDocument
from search.engines.tantivy import TantivyEngine
from search.types import SearchQuery, SearchResult
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

    def _check(self) -> None:
        if self.is_away:
            raise StoreUnavailable("search")
