"""Exact-word search and browsing straight from `SearchRecord`: what is left without an index."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from django.contrib.postgres.search import SearchQuery as WordQuery
from django.contrib.postgres.search import SearchRank
from django.db.models import Count, F, Func, JSONField, QuerySet

from search.documents import SearchDocument, SearchVariant
from search.engines.base import Feature, IndexDraft, SearchEngine
from search.engines.record_filters import (
    attribute_exists,
    has_attribute,
    has_matching_variant,
    lowest_matching_price,
    option_exists,
)
from search.engines.variants import choose_variant
from search.errors import NothingToRollBack
from search.models import SearchRecord
from search.text import is_codelike, normalize_code
from search.types import Facet, FacetValue, Hit, SearchQuery, SearchResult, Suggestion
from shop.core.stores import StoreStatus

MOST_VALUES = 30
Records = QuerySet[SearchRecord]
ORDERS: dict[str, tuple[str, ...]] = {
    "relevance": ("-rank", "-product_id"),
    "price_asc": ("price_shown", "product_id"),
    "price_desc": ("-price_shown", "product_id"),
    "newest": ("-published_at", "-product_id"),
    "name": ("sort_title", "product_id"),
}


class SqlEngine(SearchEngine):
    """Reads the records themselves, so there is nothing to index and nothing to rebuild."""

    features = frozenset({Feature.STEMMING, Feature.CODES})

    def ping(self) -> StoreStatus:
        return StoreStatus(
            name="search", kind="PostgreSQL (fallback)", location="search_searchrecord"
        )

    def index(self, documents: Sequence[SearchDocument]) -> int:
        """Do nothing: the records are the index."""
        return len(documents)

    def delete(self, revisions: Mapping[int, int]) -> int:
        """Do nothing: the records are the index."""
        return len(revisions)

    def scan(self) -> Iterator[tuple[int, int]]:
        yield from _published().values_list("product_id", "revision")

    def has_filter(self, code: str) -> bool:
        kind, _, name = code.partition(".")
        condition = attribute_exists(name) if kind == "attr" else option_exists(name)
        return _published().filter(condition).exists()

    def search(self, query: SearchQuery) -> SearchResult:
        found = _matching(query)
        total = found.count()
        return SearchResult(
            hits=tuple(_hits(found, query)),
            total=total,
            facets=tuple(facet for facet in (_categories(query), _brands(query)) if facet.values),
            page=query.page,
            pages=max(math.ceil(total / query.page_size), 1),
        )

    def suggest(
        self, prefix: str, *, warehouses: Collection[str] | None = None, limit: int = 8
    ) -> list[Suggestion]:
        return []

    def begin_rebuild(self) -> IndexDraft:
        raise NotImplementedError("There is no index to rebuild.")

    def roll_back(self) -> None:
        raise NothingToRollBack("There is no index to roll back.")


def _published() -> Records:
    return SearchRecord.objects.filter(is_published=True)


def _matching(query: SearchQuery) -> Records:
    found = _published()
    if query.text:
        found = found.filter(words=_word_query(query.text))
    if query.category is not None:
        found = found.filter(category_paths__contains=[query.category])
    if query.brands:
        found = found.filter(brand__in=query.brands)
    for code, values in query.attributes.items():
        found = found.filter(has_attribute(code, values))
    return found.filter(has_matching_variant(query)) if query.filters_variants else found


def _word_query(text: str) -> WordQuery:
    """Ask for all words, or for the part number they spell."""
    wanted = WordQuery(text, config="english")
    code = normalize_code(text)
    return wanted | WordQuery(code, config="english") if is_codelike(code) else wanted


def _hits(found: Records, query: SearchQuery) -> Iterator[Hit]:
    rank = SearchRank(F("words"), _word_query(query.text)) if query.text else F("product_id")
    ordered = found.annotate(rank=rank, price_shown=lowest_matching_price(query)).order_by(
        *ORDERS[query.sort]
    )
    rows = ordered.values_list("product_id", "variants", "rank")
    for product_id, variants, rank_found in rows[query.offset : query.offset + query.page_size]:
        variant = choose_variant([SearchVariant.from_json(each) for each in variants], query)
        score = float(rank_found) if query.text else 0.0
        yield Hit(product_id=product_id, sku=variant.sku, score=score)


def _brands(query: SearchQuery) -> Facet:
    rows = (
        _matching(replace(query, brands=()))
        .exclude(brand="")
        .values("brand")
        .annotate(found=Count("product_id"))
        .order_by("-found", "brand")[:MOST_VALUES]
    )
    values = tuple(
        FacetValue(
            value=row["brand"],
            label=row["brand"],
            count=row["found"],
            selected=row["brand"] in query.brands,
        )
        for row in rows
    )
    return Facet(code="brand", name="Brand", values=values)


def _categories(query: SearchQuery) -> Facet:
    each = Func(F("categories"), function="jsonb_array_elements", output_field=JSONField())
    rows = (
        _matching(replace(query, category=None))
        .values(each=each)
        .annotate(found=Count("product_id"))
        .order_by("-found", "each")[:MOST_VALUES]
    )
    values = tuple(
        FacetValue(
            value=row["each"]["path"],
            label=row["each"]["name"],
            count=row["found"],
            selected=row["each"]["path"] == query.category,
        )
        for row in rows
    )
    return Facet(code="category", name="Category", values=values)
