"""Completions of what is being typed, asked for in one request."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from search.analysis import words
from search.engines.elasticsearch.filters import LIVE, deliverable
from search.engines.elasticsearch.together import search_together
from search.suggestions import (
    MOST_CATEGORIES,
    MOST_PRODUCTS,
    arrange,
    category_suggestion,
    phrase_suggestions,
    product_suggestion,
)
from search.types import SearchQuery, Suggestion

_SPECIAL = re.compile(r"([^\w\s])")


def suggest(client: Elasticsearch, index: str, query: SearchQuery, limit: int) -> list[Suggestion]:
    """Complete `query.text` with what can be had under the query's filters."""
    typed = words(query.text)
    if not typed:
        return []
    available = [LIVE, *deliverable(query)]
    asked = [
        _completions("phrases", " ".join(typed), available, 4 * limit),
        _completions("category_names", query.text.casefold(), available, MOST_CATEGORIES),
        _products(typed, available),
    ]
    phrases, categories, products = search_together(client, index, asked)
    return arrange(
        phrases=lambda room: phrase_suggestions(_counts(phrases), room),
        categories=[category_suggestion(term) for term, _ in _counts(categories)],
        products=[
            product_suggestion(hit["_source"]["shown"], query) for hit in products["hits"]["hits"]
        ],
        limit=limit,
    )


def _completions(
    field: str, prefix: str, available: list[dict[str, Any]], limit: int
) -> dict[str, Any]:
    """Ask for the values that begin like this, looking at nothing but documents with one."""
    terms = {
        "field": field,
        "include": _SPECIAL.sub(r"\\\1", prefix) + ".*",
        "size": limit,
        # Or each refresh would have the values of all documents numbered anew.
        "execution_hint": "map",
    }
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"prefix": {field: prefix}}, *available]}},
        "aggs": {"found": {"terms": terms}},
    }


def _products(typed: list[str], available: list[dict[str, Any]]) -> dict[str, Any]:
    """Ask for products whose title has all the words, the last one as a beginning."""
    *whole, last = typed
    must: list[dict[str, Any]] = [{"match": {"title_words": word}} for word in whole]
    must.append({"prefix": {"title_words": last}})
    return {
        "size": MOST_PRODUCTS,
        "track_total_hits": False,
        "query": {"bool": {"must": must, "filter": available}},
        "sort": [{"_score": "desc"}, {"product_id": "asc"}],
        "_source": ["shown"],
    }


def _counts(answer: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for bucket in answer["aggregations"]["found"]["buckets"]:
        yield bucket["key"], bucket["doc_count"]
