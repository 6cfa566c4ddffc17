"""Facets counted along with the search: each without its own selection, over all pages.

Options and prices are counted among the variants that meet everything else, and then back to
their products, so a count tells how many products one would see.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from search.contents import SEPARATOR
from search.engines.elasticsearch.filters import (
    all_filters,
    every,
    product_filters,
    variant_filters,
    without_option,
    without_price,
)
from search.facets import (
    Counts,
    attribute_facets,
    brand_facet,
    category_facet,
    option_facet,
    option_names,
    price_facet,
)
from search.prices import PRICE_RANGES
from search.types import Facet, SearchQuery

MOST_TERMS = 2000

Aggregation = dict[str, Any]
Answers = Mapping[str, Any]


def facet_aggregations(query: SearchQuery) -> dict[str, Aggregation]:
    """Return what to count, beside the search whose post filter the selections are."""
    aggregations = {
        "category": _products(query, "category", "category_facet"),
        "brand": _products(query, "brand", "brand_is"),
        "attributes": _products(query, "", "attribute_facet"),
        "options": _variants(query, query, _option_terms()),
        "price": _variants(query, without_price(query), _price_ranges()),
    }
    for code in query.attributes:
        facet = f"attr.{code}"
        aggregations[facet] = _products(query, facet, "attribute_facet")
    for name in query.options:
        aggregations[f"opt.{name}"] = _variants(
            query, without_option(query, name), _option_terms()
        )
    return aggregations


def read_facets(answers: Answers, query: SearchQuery, total: int) -> tuple[Facet, ...]:
    options = list(_options(answers, query))
    own = {code: _product_counts(answers[f"attr.{code}"]) for code in query.attributes}
    shared = _product_counts(answers["attributes"])
    facets = [
        category_facet(_product_counts(answers["category"]), query.category),
        brand_facet(_product_counts(answers["brand"]), query.brands),
        price_facet(_variant_counts(answers["price"]), query),
        *options,
        *attribute_facets(shared, own, query, total, [facet.name for facet in options]),
    ]
    return tuple(facet for facet in facets if facet.values)


def _options(answers: Answers, query: SearchQuery) -> Iterator[Facet]:
    counts = _by_option(_variant_counts(answers["options"]))
    for name in query.options:
        own = _by_option(_variant_counts(answers[f"opt.{name}"]))
        counts[name] = own.get(name, {})
    for name in option_names(counts, query.options):
        yield option_facet(name, counts[name], query.options.get(name, ()))


def _products(query: SearchQuery, own: str, field: str) -> Aggregation:
    terms = {"terms": {"field": field, "size": MOST_TERMS}}
    return {"filter": every(all_filters(query, but=own)), "aggs": {"found": terms}}


def _variants(query: SearchQuery, wanted: SearchQuery, found: Aggregation) -> Aggregation:
    """Count among the variants that meet `wanted`, of products that meet the rest of `query`."""
    products = {"found": {**found, "aggs": {"products": {"reverse_nested": {}}}}}
    fitting = {"filter": every(variant_filters(wanted)), "aggs": products}
    nested = {"nested": {"path": "variants"}, "aggs": {"fitting": fitting}}
    return {"filter": every(product_filters(query).values()), "aggs": {"variants": nested}}


def _option_terms() -> Aggregation:
    return {"terms": {"field": "variants.options", "size": MOST_TERMS}}


def _price_ranges() -> Aggregation:
    ranges = [
        {"key": each.value, "from": each.low} | ({"to": each.high + 1} if each.high else {})
        for each in PRICE_RANGES
    ]
    return {"range": {"field": "variants.price", "ranges": ranges}}


def _product_counts(answer: Answers) -> Counts:
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["found"]["buckets"]}


def _variant_counts(answer: Answers) -> Counts:
    buckets = answer["variants"]["fitting"]["found"]["buckets"]
    return {bucket["key"]: bucket["products"]["doc_count"] for bucket in buckets}


def _by_option(counts: Counts) -> dict[str, dict[str, int]]:
    by_name: dict[str, dict[str, int]] = defaultdict(dict)
    for key, count in counts.items():
        name, value = key.split(SEPARATOR)
        by_name[name][value] = count
    return by_name
