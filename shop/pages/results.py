"""What a page of search results shows, for search and category pages alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from logistics.selectors import serving_warehouses
from search.selectors import search_products
from search.types import Facet, FacetValue, SearchQuery, SearchResult
from shop.core.money import Money
from shop.core.stream import record
from shop.pages.cards import CardView, build_cards
from shop.pages.outage import without_sql
from shop.pages.pagination import Pager, build_pager
from shop.pages.search_parameters import (
    address,
    filters_of,
    read_query,
    without,
    without_pair,
)
from shop.pages.shopper import ShopRequest, claimed_customer_id

SORT_LABELS: Mapping[str, str] = {
    "relevance": "Best match",
    "price_asc": "Price, low to high",
    "price_desc": "Price, high to low",
    "newest": "Newest first",
    "name": "Name, A to Z",
}
OPEN_FACETS = 5
MOST_FACETS = 10  # beyond it nobody reads on; the search orders them by how much they tell
MOST_VALUES = 20
FIRST_VALUES = 7


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter in force; `url` is the page without it."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class FacetView:
    code: str
    name: str
    values: tuple[FacetValue, ...]
    is_single: bool
    is_open: bool

    @property
    def has_selection(self) -> bool:
        return any(value.selected for value in self.values)

    @property
    def first_values(self) -> tuple[FacetValue, ...]:
        """Return what is seen at once; one or two more are not worth a fold."""
        return self.values if len(self.values) <= FIRST_VALUES + 2 else self.values[:FIRST_VALUES]

    @property
    def more_values(self) -> tuple[FacetValue, ...]:
        return self.values[len(self.first_values) :]

    @property
    def is_more_open(self) -> bool:
        return any(value.selected for value in self.more_values)


@dataclass(frozen=True, kw_only=True)
class SortChoice:
    value: str
    label: str
    is_selected: bool


@dataclass(frozen=True, kw_only=True)
class ResultsView:
    path: str
    text: str
    total: int
    cards: tuple[CardView, ...]
    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    sorts: tuple[SortChoice, ...]
    pager: Pager
    did_you_mean: str
    did_you_mean_url: str
    corrected: bool
    loosened: bool
    unmatched: tuple[str, ...]
    price_note: str
    total_elsewhere: int
    degraded: bool
    is_filtered_by_address: bool
    first: int
    last: int


def find_results(
    request: ShopRequest, *, now: datetime, category: str | None = None
) -> ResultsView:
    """Return what the address asks for, of what reaches the shopper.

    :raises InvalidSearch: if a parameter makes no sense
    :raises UnknownFacet: if a filter does not exist
    :raises PageOutOfRange: for a page beyond the last
    """
    query = read_query(request.GET, warehouses=warehouses_for(request), category=category)
    result = search_products(query=query)
    _record_search(request, query, result)
    first = (result.page - 1) * query.page_size + 1
    cards = build_cards(request, result.hits, now=now, first_position=first)
    return ResultsView(
        path=request.path,
        text=query.text,
        total=result.total,
        cards=cards,
        facets=_facets(result, hidden="category" if category else ""),
        chips=_chips(request, result, hidden="category" if category else ""),
        clear_url=address(
            request.path, [("q", query.text), ("sort", request.GET.get("sort", ""))]
        ),
        sorts=_sorts(query),
        pager=build_pager(
            page=result.page, pages=result.pages, url_of=lambda number: _page_url(request, number)
        ),
        did_you_mean=result.did_you_mean or "",
        did_you_mean_url=address(
            request.path,
            [("q", result.did_you_mean or ""), *without(request.GET, "q", "page")],
        ),
        corrected=result.corrected,
        loosened=result.loosened,
        unmatched=result.unmatched,
        price_note=_price_note(result),
        total_elsewhere=result.total_elsewhere,
        degraded=result.degraded,
        is_filtered_by_address=query.warehouses is not None,
        first=first,
        last=first + len(cards) - 1,
    )


def warehouses_for(request: ShopRequest) -> tuple[str, ...] | None:
    """Return which warehouses reach the shopper, None while we do not know.

    Because the shopper has not said where they are; or SQL is away and nobody has asked for
    their postal code within a day.
    """
    if request.deliver_to is None:
        return None
    destination = request.deliver_to
    return without_sql(
        request, lambda: serving_warehouses(destination=destination), otherwise=None
    )


def _facets(result: SearchResult, *, hidden: str) -> tuple[FacetView, ...]:
    offered = [facet for facet in result.facets if facet.values and facet.code != hidden]
    shown = [
        facet
        for position, facet in enumerate(offered)
        if position < MOST_FACETS or any(value.selected for value in facet.values)
    ]
    return tuple(
        FacetView(
            code=facet.code,
            name=facet.name,
            values=_most_telling(facet.values),
            is_single=facet.code in {"category", "price"},
            is_open=position < OPEN_FACETS or any(value.selected for value in facet.values),
        )
        for position, facet in enumerate(shown)
    )


def _most_telling(values: tuple[FacetValue, ...]) -> tuple[FacetValue, ...]:
    return tuple(
        value for position, value in enumerate(values) if position < MOST_VALUES or value.selected
    )


def _chips(request: ShopRequest, result: SearchResult, *, hidden: str) -> tuple[Chip, ...]:
    return tuple(
        Chip(
            label=_chip_label(result.facet(name), name, value),
            url=address(request.path, without_pair(request.GET, name, value)),
        )
        for name, value in filters_of(request.GET)
        if name != hidden
    )


def _chip_label(facet: Facet | None, name: str, value: str) -> str:
    if facet is None and name != "price":
        return f"{name.rpartition('.')[2].capitalize()}: {value}"
    known = {choice.value: choice.label for choice in facet.values} if facet else {}
    title = facet.name if facet else name.capitalize()
    return f"{title}: {known.get(value) or (_price_label(value) if name == 'price' else value)}"


def _price_label(value: str) -> str:
    low, _, high = value.partition("-")
    texts = [
        Money(int(edge), settings.SHOP_CURRENCY).format() if edge else "" for edge in (low, high)
    ]
    if not high:
        return f"{texts[0]} and more"
    return f"{texts[0]} to {texts[1]}" if low else f"up to {texts[1]}"


def _price_note(result: SearchResult) -> str:
    """Return the price that was read from the words, as it is said of a filter."""
    if result.price_read is None:
        return ""
    low, high = (str(bound or "") for bound in result.price_read)
    return _price_label(f"{low}-{high}")


def _sorts(query: SearchQuery) -> tuple[SortChoice, ...]:
    return tuple(
        SortChoice(value=value, label=label, is_selected=value == query.sort)
        for value, label in SORT_LABELS.items()
    )


def _page_url(request: ShopRequest, number: int) -> str:
    page = [("page", str(number))] if number > 1 else []
    return address(request.path, [*without(request.GET, "page"), *page])


def _record_search(request: ShopRequest, query: SearchQuery, result: SearchResult) -> None:
    bare = replace(query, warehouses=None)
    record(
        "search",
        visitor=request.visitor,
        customer_id=claimed_customer_id(request),
        text=bare.text,
        category=bare.category,
        filters=[list(pair) for pair in filters_of(request.GET)],
        sort=bare.sort,
        page=bare.page,
        total=result.total,
        postal_code=request.deliver_to.postal_code if request.deliver_to else None,
    )
