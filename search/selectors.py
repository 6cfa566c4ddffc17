"""Questions: search the shop, complete what is being typed."""

from collections.abc import Collection
from dataclasses import replace

from django.utils.translation import gettext

from search.engines import search_engine
from search.engines.base import SearchEngine
from search.engines.sql import SqlEngine
from search.errors import InvalidSearch, PageOutOfRange, UnknownFacet
from search.outage import OutageLog
from search.price_words import PriceWords, read_price_words
from search.text import clean_query
from search.types import MAX_PAGE_SIZE, SORTS, SearchQuery, SearchResult, Suggestion
from shop.core.errors import StoreUnavailable

MOST_VALUES = 50
DEEPEST_HIT = 1_000_000

_outages = OutageLog()


def search_products(*, query: SearchQuery) -> SearchResult:
    """Return a page of products for the query; from SQL, marked degraded, if the index is away.

    :raises UnknownFacet: if a filter names an attribute or option that no product has
    :raises InvalidSearch: if the sort order, page, page size or prices make no sense
    :raises PageOutOfRange: if there are results, but not so many pages
    """
    query, price = read_price_words(replace(_checked(query), text=clean_query(query.text)))
    result = _from_engine(query) or _from_fallback(query)
    if query.page > result.pages:
        raise PageOutOfRange(query.page, result.pages)
    return _with_price(result, price) if price else result


def suggest(
    *, prefix: str, warehouses: Collection[str] | None = None, limit: int = 8
) -> list[Suggestion]:
    """Return completions of a prefix; none while the index is away."""
    text = clean_query(prefix)
    if not text or limit < 1:
        return []
    try:
        found = search_engine().suggest(text, warehouses=warehouses, limit=limit)
    except StoreUnavailable as error:
        _outages.note_failure(error)
        return []
    _outages.note_answer()
    return found


def _with_price(result: SearchResult, price: PriceWords) -> SearchResult:
    """Say which price was read, and keep it in the other spelling."""
    spelling = f"{result.did_you_mean} {price.words}" if result.did_you_mean else None
    return replace(result, price_read=(price.low, price.high), did_you_mean=spelling)


def _from_engine(query: SearchQuery) -> SearchResult | None:
    try:
        found = _ask(search_engine(), query)
    except StoreUnavailable as error:
        _outages.note_failure(error)
        return None
    _outages.note_answer()
    return found


def _from_fallback(query: SearchQuery) -> SearchResult:
    return replace(_ask(SqlEngine(), query), degraded=True)


def _ask(engine: SearchEngine, query: SearchQuery) -> SearchResult:
    named = {f"attr.{code}" for code in query.attributes}
    named |= {f"opt.{name}" for name in query.options}
    for code in sorted(named):
        if not engine.has_filter(code):
            raise UnknownFacet(code)
    result = engine.search(query)
    if result.total or query.warehouses is None:
        return result
    anywhere = engine.search(replace(query, warehouses=None, page=1, page_size=1))
    return replace(result, total_elsewhere=anywhere.total)


def _checked(query: SearchQuery) -> SearchQuery:
    """Return the query with empty filters left out.

    :raises InvalidSearch: if something in it makes no sense
    """
    if query.sort not in SORTS:
        raise InvalidSearch(
            "sort", gettext("Sort by one of %(sorts)s.") % {"sorts": ", ".join(SORTS)}
        )
    if query.page < 1 or query.page * query.page_size > DEEPEST_HIT:
        raise InvalidSearch("page", gettext("There is no such page."))
    if not 1 <= query.page_size <= MAX_PAGE_SIZE:
        raise InvalidSearch(
            "page_size",
            gettext("Ask for 1 to %(most)s products a page.") % {"most": MAX_PAGE_SIZE},
        )
    _check_prices(query)
    chosen = [("brand", query.brands), *query.attributes.items(), *query.options.items()]
    for code, values in chosen:
        if len(values) > MOST_VALUES:
            raise InvalidSearch(
                code, gettext("Choose at most %(most)s values.") % {"most": MOST_VALUES}
            )
    return replace(
        query,
        category=query.category.strip("/") or None if query.category else None,
        attributes={code: values for code, values in query.attributes.items() if values},
        options={name: values for name, values in query.options.items() if values},
    )


def _check_prices(query: SearchQuery) -> None:
    low, high = query.price_min, query.price_max
    if (low is not None and low < 0) or (high is not None and high < 0):
        raise InvalidSearch("price", gettext("A price cannot be negative."))
    if low is not None and high is not None and low > high:
        raise InvalidSearch("price", gettext("The lowest price is above the highest."))
