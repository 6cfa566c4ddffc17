"""Search engines in the states a page must cope with."""

from dataclasses import replace

from search.engines.sql import SqlEngine
from search.types import SearchQuery, SearchResult
from shop.core.errors import StoreUnavailable


class AbsentEngine(SqlEngine):
    """Never answers."""

    def search(self, query: SearchQuery) -> SearchResult:
        raise StoreUnavailable("search")


class SpellingEngine(SqlEngine):
    """Knows a better spelling for everything."""

    def search(self, query: SearchQuery) -> SearchResult:
        return replace(super().search(query), did_you_mean="kettle")
