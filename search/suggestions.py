"""Completions in the order they are offered, from what an engine found."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from search.contents import SEPARATOR
from search.documents import SearchVariant
from search.engines.variants import choose_variant
from search.types import SearchQuery, Suggestion

MOST_CATEGORIES = 2
MOST_PRODUCTS = 3


def arrange(
    *,
    phrases: Callable[[int], Iterable[Suggestion]],
    categories: Sequence[Suggestion],
    products: Sequence[Suggestion],
    limit: int,
) -> list[Suggestion]:
    """Put phrases first, as many as there is room for beside what leads somewhere."""
    room = max(limit - len(categories) - len(products), 0)
    return [*(phrases(room) if room else ()), *categories, *products][:limit]


def phrase_suggestions(found: Iterable[tuple[str, int]], limit: int) -> Iterator[Suggestion]:
    """Yield the phrases most products have.

    "gaming" says nothing that "gaming mouse", found as often, does not say better.
    """
    kept: list[tuple[str, int]] = []
    for phrase, count in sorted(found, key=lambda each: (-each[1], -len(each[0]), each[0])):
        covered = any(count == other and known.startswith(phrase) for known, other in kept)
        if count and not covered and len(kept) < limit:
            kept.append((phrase, count))
            yield Suggestion(text=phrase, kind="query")


def category_suggestion(term: str) -> Suggestion:
    _, path, name = term.split(SEPARATOR)
    return Suggestion(text=name, kind="category", url=f"/c/{quote(path)}/")


def product_suggestion(shown: Mapping[str, Any], query: SearchQuery) -> Suggestion:
    variants = [SearchVariant.from_json(each) for each in shown["variants"]]
    sku = choose_variant(variants, query).sku
    url = f"/p/{quote(shown['slug'])}/{quote(sku)}/"
    return Suggestion(text=shown["title"], kind="product", url=url)
