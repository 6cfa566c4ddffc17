"""The one request that answers a search: its page, its total and its facets."""

import math
from collections.abc import Mapping
from typing import Any

from elasticsearch import Elasticsearch

from search.documents import SearchVariant
from search.engines.elasticsearch.clauses import to_query
from search.engines.elasticsearch.facets import facet_aggregations, read_facets
from search.engines.elasticsearch.filters import (
    LIVE,
    all_filters,
    deliverable,
    every,
    variant_filters,
)
from search.engines.elasticsearch.lexicon import read_text
from search.engines.variants import choose_variant
from search.reading import Reading
from search.types import Hit, SearchQuery, SearchResult

# Equal keys are told apart by the product id, so pages are stable.
SORTS: dict[str, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, {"product_id": "desc"}],
    "newest": [{"published_at": "desc"}, {"product_id": "desc"}],
    "name": [{"by_name": "asc"}, {"product_id": "asc"}],
}


def search(client: Elasticsearch, index: str, query: SearchQuery) -> SearchResult:
    reading = read_text(client, index, query.text) if query.text else Reading()
    found = client.search(index=index, **search_request(query, reading))
    total = found["hits"]["total"]["value"]
    answers = found["aggregations"]
    return SearchResult(
        hits=tuple(_hit(each, query) for each in found["hits"]["hits"]),
        total=total,
        facets=read_facets(answers, query, total),
        page=query.page,
        pages=max(math.ceil(total / query.page_size), 1),
        did_you_mean=reading.did_you_mean,
        corrected=reading.is_corrected,
        unmatched=reading.unmatched,
        loosened=_is_loosened(answers, reading, total),
    )


def search_request(query: SearchQuery, reading: Reading) -> dict[str, Any]:
    """Return the request: selections filter the hits only, so that facets can leave theirs out."""
    matching: dict[str, Any] = {"filter": [LIVE, *deliverable(query)]}
    if reading.query is not None:
        matching["must"] = [to_query(reading.query)]
    aggregations = facet_aggregations(query)
    if reading.whole is not None:
        whole = every([*all_filters(query), to_query(reading.whole)])
        aggregations["whole"] = {"filter": whole}
    return {
        "query": {"bool": matching},
        "post_filter": every(all_filters(query)),
        "aggregations": aggregations,
        "sort": _sort(query),
        "from_": query.offset,
        "size": query.page_size,
        "source": ["product_id", "shown.variants"],
        "track_total_hits": True,
        "allow_partial_search_results": False,
    }


def _sort(query: SearchQuery) -> list[dict[str, Any]]:
    """Sort by price by the cheapest variant that meets the query."""
    if query.sort not in {"price_asc", "price_desc"}:
        return SORTS[query.sort]
    nested: dict[str, Any] = {"path": "variants"}
    if filters := variant_filters(query):
        nested["filter"] = every(filters)
    order = "desc" if query.sort == "price_desc" else "asc"
    by_price = {"order": order, "mode": "min", "nested": nested}
    return [{"variants.price": by_price}, {"product_id": "asc"}]


def _hit(found: Mapping[str, Any], query: SearchQuery) -> Hit:
    source = found["_source"]
    variants = [SearchVariant.from_json(each) for each in source["shown"]["variants"]]
    return Hit(
        product_id=source["product_id"],
        sku=choose_variant(variants, query).sku,
        score=round(found["_score"] or 0.0, 4),
    )


def _is_loosened(answers: Mapping[str, Any], reading: Reading, total: int) -> bool:
    """Tell whether products are among the hits that have not all the words."""
    if reading.whole is None:
        return reading.is_guessed and bool(total)
    return bool(total) and (reading.is_guessed or answers["whole"]["doc_count"] < total)
