"""The address of a search, read strictly: what makes no sense is refused by name."""

import re
from collections.abc import Iterable, Iterator

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext

from catalog.selectors import get_category
from search.errors import InvalidSearch, UnknownFacet
from search.types import SORTS, SearchQuery, Sort
from shop.core.money import LARGEST_MINOR

SPACE = re.compile(r"\s")
LONGEST_TEXT = 200
MOST_VALUES = 50
LARGEST_PAGE = 10_000  # deeper than any catalogue's last page; search refuses depths beyond
# Marks that newsletters and advertisements add to links.
IGNORED = frozenset({"gclid", "fbclid", "msclkid", "ref"})
PLAIN = frozenset({"q", "sort", "page", "price", "category", "brand"})

Pairs = tuple[tuple[str, str], ...]


def read_query(
    parameters: QueryDict, *, warehouses: tuple[str, ...] | None, category: str | None = None
) -> SearchQuery:
    """Return the query that the address asks for; `category` is the page's own, if it has one.

    :raises InvalidSearch: if a value makes no sense
    :raises UnknownFacet: if a parameter is none that a search has
    :raises CategoryNotFound: if there is no such category
    """
    facets = {"attr": dict[str, tuple[str, ...]](), "opt": dict[str, tuple[str, ...]]()}
    for name in parameters:
        if _is_ignored(name) or name in PLAIN:
            continue
        kind, _, code = name.partition(".")
        if kind not in facets or not code:
            raise UnknownFacet(name[:60])
        if values := _values(parameters, name):
            facets[kind][code] = values
    price_min, price_max = _read_price(_single(parameters, "price"))
    return SearchQuery(
        text=_read_text(_single(parameters, "q")),
        category=_read_category(_single(parameters, "category"), category),
        brands=_values(parameters, "brand"),
        price_min=price_min,
        price_max=price_max,
        attributes=facets["attr"],
        options=facets["opt"],
        warehouses=warehouses,
        sort=_read_sort(_single(parameters, "sort")),
        page=_read_page(_single(parameters, "page")),
    )


def filters_of(parameters: QueryDict) -> Pairs:
    """Return everything that narrows the search, page and sorting left out."""
    return tuple(
        (name, value)
        for name, value in _pairs(parameters)
        if name not in {"page", "sort", "q"} and value and not _is_ignored(name)
    )


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the path with the pairs that have a value."""
    kept = [(name, value) for name, value in pairs if value]
    return f"{path}?{urlencode(kept)}" if kept else path


def without(parameters: QueryDict, *names: str) -> Pairs:
    """Return all pairs but those of the names."""
    return tuple(
        pair for pair in _pairs(parameters) if pair[0] not in names and not _is_ignored(pair[0])
    )


def without_pair(parameters: QueryDict, name: str, value: str) -> Pairs:
    """Return all pairs but the one, and back to the first page."""
    return tuple(pair for pair in without(parameters, "page") if pair != (name, value))


def _pairs(parameters: QueryDict) -> Iterator[tuple[str, str]]:
    for name, values in parameters.lists():
        for value in values:
            yield name, str(value)


def _is_ignored(name: str) -> bool:
    return name in IGNORED or name.startswith("utm_")


def _single(parameters: QueryDict, name: str) -> str:
    values = parameters.getlist(name)
    if len(set(values)) > 1:
        raise InvalidSearch(name, gettext("“%(name)s” can only be given once.") % {"name": name})
    return _checked(name, values[0]) if values else ""


def _values(parameters: QueryDict, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(_checked(name, value) for value in parameters.getlist(name)))
    if len(values) > MOST_VALUES:
        raise InvalidSearch(
            name,
            gettext("At most %(most)s values of “%(name)s” at once.")
            % {"most": MOST_VALUES, "name": name},
        )
    return tuple(value for value in values if value)


def _checked(name: str, value: str) -> str:
    value = SPACE.sub(" ", value).strip()
    if len(value) > LONGEST_TEXT:
        raise InvalidSearch(
            name,
            gettext("“%(name)s” can have at most %(most)s characters.")
            % {"name": name[:60], "most": LONGEST_TEXT},
        )
    if not value.isprintable():
        raise InvalidSearch(
            name, gettext("“%(name)s” has characters that nobody can type.") % {"name": name[:60]}
        )
    return value


def _read_text(text: str) -> str:
    return " ".join(text.split())


def _read_category(asked: str, own: str | None) -> str | None:
    path = asked.strip("/")
    if not path:
        return own
    if own:
        raise InvalidSearch("category", "This page shows one category already.")
    return get_category(path=path).path


def _read_sort(sort: str) -> Sort:
    if sort and sort not in SORTS:
        raise InvalidSearch(
            "sort", gettext("Results cannot be sorted by “%(sort)s”.") % {"sort": sort}
        )
    return sort or "relevance"


def _read_page(page: str) -> int:
    if not page:
        return 1
    if not (page.isascii() and page.isdigit()) or int(page[:9]) < 1:
        raise InvalidSearch(
            "page", gettext("“%(page)s” is not a page number.") % {"page": page[:20]}
        )
    # The search knows how many pages there are, and refuses those beyond.
    return min(int(page[:9]), LARGEST_PAGE)


def _read_price(price: str) -> tuple[int | None, int | None]:
    if not price:
        return None, None
    low, dash, high = price.partition("-")
    if not dash or not (low or high):
        raise _bad_price(price)
    price_min, price_max = _read_minor(low, price), _read_minor(high, price)
    if price_min is not None and price_max is not None and price_min > price_max:
        raise InvalidSearch("price", gettext("The lowest price is above the highest."))
    return price_min, price_max


def _read_minor(text: str, price: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST_MINOR)):
        raise _bad_price(price)
    return int(text)


def _bad_price(price: str) -> InvalidSearch:
    return InvalidSearch(
        "price",
        gettext("“%(price)s” is not a price range: write 1000-5000, in cents.")
        % {"price": price[:40]},
    )
