"""Rows of product cards, the recommended ones among them: what is shown of those is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http.request import QueryDict

from recommendations.selectors import Place, Shelf, Strategy
from search.types import Hit
from shop.core.stream import record_many
from shop.pages.cards import CardView, build_cards
from shop.pages.shopper import ShopRequest, claimed_customer_id

PLACES = frozenset(Place)


@dataclass(frozen=True, kw_only=True)
class Row:
    title: str
    url: str
    cards: tuple[CardView, ...]
    shelf: Shelf | None = None


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A row before its products are read; `shelf` is where it comes from, if recommended."""

    title: str
    url: str
    hits: tuple[Hit, ...]
    shelf: Shelf | None = None


def select(shelf: Shelf) -> Selection:
    """Return the row of a shelf."""
    hits = tuple(Hit(product_id=pick.product_id, sku=pick.sku) for pick in shelf.picks)
    return Selection(title=shelf.title, url=shelf.url, hits=hits, shelf=shelf)


def build_rows(
    request: ShopRequest, selections: Sequence[Selection], *, now: datetime
) -> tuple[Row, ...]:
    """Return the rows that have something to show, and record what is shown of the recommended."""
    rows = find_rows(request, selections, now=now)
    # Whoever keeps no cookie is a new shopper with each page: counted, they would be most of all.
    if request.method == "GET" and request.is_known_browser:
        record_shown(rows, visitor=request.visitor, customer_id=claimed_customer_id(request))
    return rows


def find_rows(
    request: ShopRequest, selections: Sequence[Selection], *, now: datetime
) -> tuple[Row, ...]:
    """Return the rows that have something to show; the products of all are read at once."""
    hits = {hit.sku: hit for selection in selections for hit in selection.hits}
    cards = {card.sku: card for card in build_cards(request, list(hits.values()), now=now)}
    rows = tuple(row for row in (_row(each, cards) for each in selections) if row.cards)
    if any(row.shelf and row.shelf.strategy is not Strategy.POPULAR for row in rows):
        request.is_personal = True
    return rows


def record_shown(rows: Sequence[Row], *, visitor: str, customer_id: int | None) -> None:
    """Record the recommended rows among them, as they are seen."""
    told = [row.shelf.told for row in rows if row.shelf]
    record_many("impression", told, visitor=visitor, customer_id=customer_id)


def place_told(parameters: QueryDict) -> str:
    """Return the place that the link of a recommended product names, "" if it is none of ours."""
    place = parameters.get("ref", "")
    return place if place in PLACES else ""


def told_place(parameters: QueryDict) -> dict[str, str]:
    """Return the place as an event tells it: not at all where there is none."""
    place = place_told(parameters)
    return {"place": place} if place else {}


def _row(selection: Selection, cards: Mapping[str, CardView]) -> Row:
    shelf = selection.shelf
    found = [cards[hit.sku] for hit in selection.hits if hit.sku in cards]
    if shelf is None:
        return Row(title=selection.title, url=selection.url, cards=tuple(found))
    recommended = {pick.sku for pick in shelf.picks}
    # What was chosen a moment ago may have gone since.
    there = [card for card in found if card.sku not in recommended or not card.unreachable]
    skus = {card.sku for card in there}
    shown = tuple(pick for pick in shelf.picks if pick.sku in skus)
    return Row(
        title=selection.title,
        url=selection.url,
        cards=tuple(replace(card, url=f"{card.url}?ref={shelf.place}") for card in there),
        shelf=replace(shelf, picks=shown) if shown else None,
    )
