"""Completions of what is being typed: phrases of the catalogue, categories, products."""

from collections.abc import Iterator
from urllib.parse import quote

from tantivy import Occur, Query

from search.documents import SearchVariant
from search.engines.tantivy.facets import FacetCounter
from search.engines.tantivy.schema import SEPARATOR, schema, words
from search.engines.tantivy.snapshot import Snapshot
from search.engines.variants import choose_variant
from search.types import SearchQuery, Suggestion

MOST_CATEGORIES = 2
MOST_PRODUCTS = 3
MOST_EXPANSIONS = 50


def suggest(snapshot: Snapshot, query: SearchQuery, limit: int) -> list[Suggestion]:
    """Complete `query.text` with what can be had under the query's filters."""
    typed = words(query.text)
    if not typed:
        return []
    available = FacetCounter(snapshot, query, None).matching()
    categories = list(_categories(snapshot, query.text.casefold(), available))
    products = list(_products(snapshot, typed, query, available))
    room = max(limit - len(categories) - len(products), 0)
    phrases = list(_phrases(snapshot, " ".join(typed), available, room))
    return [*phrases, *categories, *products][:limit]


def _phrases(
    snapshot: Snapshot, prefix: str, available: Query, limit: int
) -> Iterator[Suggestion]:
    if not limit:
        return
    found = snapshot.searcher.terms_with_prefix(
        "phrases", prefix, filter_query=available, limit=4 * limit
    )
    kept: list[tuple[str, int]] = []
    for phrase, count in sorted(found, key=lambda each: (-each[1], -len(each[0]), each[0])):
        # "gaming" says nothing that "gaming mouse", found as often, does not say better
        covered = any(count == other and known.startswith(phrase) for known, other in kept)
        if count and not covered and len(kept) < limit:
            kept.append((phrase, count))
            yield Suggestion(text=phrase, kind="query")


def _categories(snapshot: Snapshot, prefix: str, available: Query) -> Iterator[Suggestion]:
    found = snapshot.searcher.terms_with_prefix(
        "category_names", prefix, filter_query=available, limit=MOST_CATEGORIES
    )
    for term, count in found:
        if count:
            _, path, name = term.split(SEPARATOR)
            yield Suggestion(text=name, kind="category", url=f"/c/{quote(path)}/")


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
        shown = snapshot.shown(address)
        variants = [SearchVariant.from_json(each) for each in shown["variants"]]
        sku = choose_variant(variants, query).sku
        url = f"/p/{quote(shown['slug'])}/{quote(sku)}/"
        yield Suggestion(text=shown["title"], kind="product", url=url)
