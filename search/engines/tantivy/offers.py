"""Which variant can be had where, as index terms: the deliverability filter.

A variant in stock at warehouses W1 and W2 with options Color=Red, Size=M leaves one term for
every warehouse (and one for "any") with every subset of its options. A query for an address
and some options asks for the terms of its warehouses with exactly those options, so that
warehouse, options and price are always met by one and the same variant.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

import tantivy

from search.documents import SearchVariant
from search.types import SearchQuery

ANYWHERE = "*"
# All subsets of so many options; of variants with more, only subsets of up to two.
MAX_OPTIONS_COMBINED = 5
PRICE_DIGITS = 12
HIGHEST_PRICE = 10**PRICE_DIGITS - 1

Option = tuple[str, str]


def offer_tokens(variants: Iterable[SearchVariant]) -> tuple[set[str], set[str]]:
    """Return a product's offer terms, without and with prices."""
    tokens: set[str] = set()
    priced: set[str] = set()
    for variant in variants:
        for options in _subsets(sorted(variant.options.items())):
            for warehouse in (ANYWHERE, *variant.warehouses):
                token = offer_token(warehouse, options)
                tokens.add(token)
                priced.add(_priced(token, variant.price_minor))
    return tokens, priced


def offer_token(warehouse: str, options: Sequence[Option]) -> str:
    """Return a short term of letters and digits only: it also stands in parsed queries."""
    key = repr((warehouse, tuple(options)))
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()


def offers_wanted(query: SearchQuery, options: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the terms of which a product must have one, for these options."""
    places = (ANYWHERE,) if query.warehouses is None else query.warehouses
    names = sorted(options)
    choices = list(product(*(options[name] for name in names)))
    return [
        offer_token(place, list(zip(names, choice, strict=True)))
        for place in places
        for choice in choices
    ]


def price_clause(tokens: Sequence[str], low: int | None, high: int | None) -> str:
    """Return the query, in Tantivy's syntax, for one of these offers within a price range."""
    low, high = max(low or 0, 0), min(HIGHEST_PRICE if high is None else high, HIGHEST_PRICE)
    ranges = (f"offer_prices:[{_priced(t, low)} TO {_priced(t, high)}]" for t in tokens)
    return f"({' OR '.join(ranges)})"


def offer_query(
    index: tantivy.Index, query: SearchQuery, options: Mapping[str, tuple[str, ...]]
) -> tantivy.Query | None:
    """Return the filter for warehouses, options and price, or None if there is none."""
    has_price = query.price_min is not None or query.price_max is not None
    if query.warehouses is None and not options and not has_price:
        return None
    tokens = offers_wanted(query, options)
    if not tokens or (has_price and (query.price_min or 0) > HIGHEST_PRICE):
        return tantivy.Query.empty_query()
    if has_price:
        return index.parse_query(price_clause(tokens, query.price_min, query.price_max))
    return tantivy.Query.term_set_query(index.schema, "offers", tokens)


def _subsets(options: Sequence[Option]) -> Iterator[Sequence[Option]]:
    largest = len(options) if len(options) <= MAX_OPTIONS_COMBINED else 2
    for size in range(largest + 1):
        yield from combinations(options, size)


def _priced(token: str, price: int) -> str:
    return f"{token}{min(max(price, 0), HIGHEST_PRICE):0{PRICE_DIGITS}d}"
