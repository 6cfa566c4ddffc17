"""One page of hits in the order asked for; equal hits keep their order from page to page."""

import heapq
from dataclasses import dataclass

import tantivy
from tantivy import Order, Query

from search.documents import SearchVariant
from search.engines.tantivy.snapshot import Snapshot
from search.engines.variants import choose_variant, lowest_price
from search.types import Hit, SearchQuery

SORT_FIELDS = {"newest": ("by_age", Order.Desc), "name": ("by_name", Order.Asc)}
SLACK = 64

Address = tantivy.DocAddress
Scored = tuple[float, Address]


@dataclass(frozen=True)
class Page:
    """A page's hits and the number of all."""

    hits: tuple[Hit, ...]
    total: int


def read_page(snapshot: Snapshot, matching: Query, query: SearchQuery) -> Page:
    total = snapshot.count(matching)
    if query.offset >= total:
        return Page((), total)
    found = _in_order(snapshot, matching, query, total)
    return Page(tuple(_hit(snapshot, each, query) for each in found), total)


def _in_order(snapshot: Snapshot, matching: Query, query: SearchQuery, total: int) -> list[Scored]:
    if query.sort in {"price_asc", "price_desc"}:
        return _by_price(snapshot, matching, query, total)
    if query.sort == "relevance":
        return _by_relevance(snapshot, matching, query, total)
    field, order = SORT_FIELDS[query.sort]
    found = snapshot.searcher.search(
        matching, query.page_size, count=False, order_by_field=field, order=order,
        offset=query.offset,
    )  # fmt: skip
    return [(0.0, address) for _, address in found.hits]


def _by_relevance(
    snapshot: Snapshot, matching: Query, query: SearchQuery, total: int
) -> list[Scored]:
    """Sort equal scores by product id: the index's own order changes when segments merge.

    So all hits that tie with the last of the page must be read.
    """
    end = query.offset + query.page_size
    limit = end + SLACK
    while True:
        hits = snapshot.searcher.search(matching, limit, count=False).hits
        if len(hits) <= end or hits[-1][0] < hits[end - 1][0] or limit >= total:
            break
        limit *= 2
    products = snapshot.numbers("product", [address for _, address in hits])
    ranked = sorted(zip(hits, products, strict=True), key=lambda each: (-each[0][0], -each[1]))
    return [hit for hit, _ in ranked[query.offset : end]]


def _by_price(snapshot: Snapshot, matching: Query, query: SearchQuery, total: int) -> list[Scored]:
    """Sort by the cheapest variant that meets the query, which the index does not know.

    It knows bounds: no product is cheaper than its cheapest variant nor dearer than its
    dearest. Products are read in order of the bound until none behind can come first.
    """
    descending = query.sort == "price_desc"
    end = query.offset + query.page_size
    field = "price_high" if descending else "price_low"
    order = Order.Desc if descending else Order.Asc
    limit = end + SLACK
    while True:
        hits = snapshot.searcher.search(
            matching, limit, count=False, order_by_field=field, order=order
        ).hits
        ranked = heapq.nsmallest(end, _priced(snapshot, hits, query, descending=descending))
        bound = -hits[-1][0] if descending else hits[-1][0]
        if limit >= total or (len(ranked) == end and ranked[-1][0] < bound):
            return [(0.0, address) for _, _, _, address in ranked[query.offset :]]
        limit *= 2


def _priced(
    snapshot: Snapshot, hits: list[tuple[int, Address]], query: SearchQuery, *, descending: bool
) -> list[tuple[int, int, int, Address]]:
    addresses = [address for _, address in hits]
    products = snapshot.numbers("product", addresses)
    lows = snapshot.numbers("price_low", addresses)
    highs = snapshot.numbers("price_high", addresses)
    sign = -1 if descending else 1
    return [
        (sign * _price(snapshot, address, low, high, query), product, number, address)
        for number, (address, product, low, high) in enumerate(
            zip(addresses, products, lows, highs, strict=True)
        )
    ]


def _price(snapshot: Snapshot, address: Address, low: int, high: int, query: SearchQuery) -> int:
    if low == high or not query.filters_variants:
        return low
    return lowest_price(read_variants(snapshot, address), query)


def _hit(snapshot: Snapshot, found: Scored, query: SearchQuery) -> Hit:
    score, address = found
    product_id = snapshot.numbers("product", [address])[0]
    variant = choose_variant(read_variants(snapshot, address), query)
    return Hit(product_id=product_id, sku=variant.sku, score=round(score, 4))


def read_variants(snapshot: Snapshot, address: Address) -> list[SearchVariant]:
    shown = snapshot.shown(address)
    return [SearchVariant.from_json(each) for each in shown["variants"]]
