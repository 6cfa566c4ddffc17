"""The filters of a query: of products, and of variants as nested documents."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from search.contents import SEPARATOR
from search.types import SearchQuery

Filter = dict[str, Any]

LIVE: Filter = {"term": {"is_live": True}}


def every(filters: Iterable[Filter]) -> Filter:
    return {"bool": {"filter": list(filters)}}


def product_filters(query: SearchQuery) -> dict[str, Filter]:
    """Return the filters that concern products as a whole, by facet."""
    filters: dict[str, Filter] = {}
    if query.category is not None:
        filters["category"] = {"term": {"category": query.category}}
    if query.brands:
        filters["brand"] = {"terms": {"brand_is": list(query.brands)}}
    for code, values in query.attributes.items():
        wanted = [SEPARATOR.join([code, value]) for value in values]
        filters[f"attr.{code}"] = {"terms": {"attribute_is": wanted}}
    return filters


def variant_filters(query: SearchQuery) -> list[Filter]:
    """Return what one and the same variant must meet."""
    filters: list[Filter] = []
    if query.warehouses is not None:
        filters.append({"terms": {"variants.warehouses": list(query.warehouses)}})
    if query.price_min is not None or query.price_max is not None:
        bounds = {"gte": query.price_min, "lte": query.price_max}
        given = {name: bound for name, bound in bounds.items() if bound is not None}
        filters.append({"range": {"variants.price": given}})
    for name, values in query.options.items():
        wanted = [SEPARATOR.join([name, value]) for value in values]
        filters.append({"terms": {"variants.options": wanted}})
    return filters


def has_variant(query: SearchQuery) -> list[Filter]:
    """Return the filter for products with such a variant; none if any will do."""
    filters = variant_filters(query)
    return [{"nested": {"path": "variants", "query": every(filters)}}] if filters else []


def all_filters(query: SearchQuery, *, but: str = "") -> list[Filter]:
    """Return all filters, without that of one facet of products if so told."""
    filters = product_filters(query)
    return [*(each for code, each in filters.items() if code != but), *has_variant(query)]


def deliverable(query: SearchQuery) -> list[Filter]:
    """Return what no facet leaves out: the address."""
    return has_variant(SearchQuery(warehouses=query.warehouses))


def without_price(query: SearchQuery) -> SearchQuery:
    return replace(query, price_min=None, price_max=None)


def without_option(query: SearchQuery, name: str) -> SearchQuery:
    others: Mapping[str, tuple[str, ...]] = {
        each: values for each, values in query.options.items() if each != name
    }
    return replace(query, options=others)
