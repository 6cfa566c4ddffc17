"""The interface of search engines, its implementations, and the one in use."""

from search.engines.base import IndexDraft, SearchEngine
from shop.core.stores import stores

__all__ = ["IndexDraft", "SearchEngine", "search_engine"]


def search_engine() -> SearchEngine:
    """Return the engine that `settings.STORES["search"]` names."""
    engine: SearchEngine = stores["search"]
    return engine
