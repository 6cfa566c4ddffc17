"""Which variant of a product meets a query: the one rule all engines follow."""

from collections.abc import Iterable, Sequence

from search.documents import SearchVariant
from search.text import normalize_code
from search.types import SearchQuery


def matches(variant: SearchVariant, query: SearchQuery) -> bool:
    """Does this variant alone meet the options, the price and the address?"""
    if query.warehouses is not None and not set(query.warehouses) & set(variant.warehouses):
        return False
    if query.price_min is not None and variant.price_minor < query.price_min:
        return False
    if query.price_max is not None and variant.price_minor > query.price_max:
        return False
    return all(variant.options.get(name) in values for name, values in query.options.items())


def choose_variant(variants: Sequence[SearchVariant], query: SearchQuery) -> SearchVariant:
    """Return the variant to show: it meets the query, and suits its words or price order best."""
    fitting = [variant for variant in variants if matches(variant, query)] or list(variants)
    if query.sort in {"price_asc", "price_desc"}:
        return min(fitting, key=lambda variant: variant.price_minor)
    words = set(query.text.casefold().split())
    codes = {normalize_code(word) for word in words}
    return max(fitting, key=lambda variant: _suits(variant, words, codes))


def lowest_price(variants: Iterable[SearchVariant], query: SearchQuery) -> int:
    return min(variant.price_minor for variant in variants if matches(variant, query))


def _suits(variant: SearchVariant, words: set[str], codes: set[str]) -> tuple[bool, int]:
    options = {word for value in variant.options.values() for word in value.casefold().split()}
    return normalize_code(variant.sku) in codes, len(words & options)
