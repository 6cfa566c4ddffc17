"""Completions of what is being typed: phrases of the catalogue, categories, products."""

from collections.abc import Iterator

from tantivy import Occur, Query

from search.analysis import words
from search.engines.tantivy.facets import FacetCounter
from search.engines.tantivy.schema import schema
from search.engines.tantivy.snapshot import Snapshot
from search.suggestions import (
    MOST_CATEGORIES,
    MOST_PRODUCTS,
    arrange,
    category_suggestion,
    phrase_suggestions,
    product_suggestion,
)
from search.types import SearchQuery, Suggestion

MOST_EXPANSIONS = 50


def suggest(snapshot: Snapshot, query: SearchQuery, limit: int) -> list[Suggestion]:
    """Complete `query.text` with what can be had under the query's filters."""
    typed = words(query.text)
    if not typed:
        return []
    available = FacetCounter(snapshot, query, None).matching()
    return arrange(
        phrases=lambda room: _phrases(snapshot, " ".join(typed), available, room),
        categories=list(_categories(snapshot, query.text.casefold(), available)),
        products=list(_products(snapshot, typed, query, available)),
        limit=limit,
    )


def _phrases(
    snapshot: Snapshot, prefix: str, available: Query, limit: int
) -> Iterator[Suggestion]:
    found = snapshot.searcher.terms_with_prefix(
        "phrases", prefix, filter_query=available, limit=4 * limit
    )
    return phrase_suggestions(found, limit)


def _categories(snapshot: Snapshot, prefix: str, available: Query) -> Iterator[Suggestion]:
    found = snapshot.searcher.terms_with_prefix(
        "category_names", prefix, filter_query=available, limit=MOST_CATEGORIES
    )
    return (category_suggestion(term) for term, count in found if count)


def _products(
    snapshot: Snapshot, typed: list[str], query: SearchQuery, available: Query
) -> Iterator[Suggestion]:
    """Yield products whose title has all the words, the last one as a beginning."""
    *whole, last = typed
    endings = snapshot.searcher.terms_with_prefix("title_words", last, limit=MOST_EXPANSIONS)
    if not endings:
        return
    clauses = [(Occur.Must, Query.term_query(schema(), "title_words", word)) for word in whole]
    clauses.append((Occur.Must, available))
    ending = Query.term_set_query(schema(), "title_words", [term for term, _ in endings])
    clauses.append((Occur.Must, Query.const_score_query(ending, 1.0)))
    found = snapshot.searcher.search(Query.boolean_query(clauses), MOST_PRODUCTS, count=False)
    for _, address in found.hits:
        yield product_suggestion(snapshot.shown(address), query)
