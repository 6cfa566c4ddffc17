"""What goes with a product, fetched when the reader gets to the end of its page.

Without JavaScript the same is a page of its own, behind a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.selectors import get_item
from catalog.types import CategoryRef, ItemDocument
from recommendations.selectors import Place, ProductShelves, Strategy, product_shelves
from search.selectors import search_products
from search.types import Hit, SearchQuery
from shop.core.errors import InfrastructureError
from shop.core.money import Money
from shop.pages.cards import CardView
from shop.pages.category import category_url
from shop.pages.outage import without_sql
from shop.pages.recommended import products_in_cart, shopper_of
from shop.pages.results import warehouses_for
from shop.pages.rows import Row, Selection, build_rows, select
from shop.pages.shopper import ShopRequest

IN_A_ROW = 10


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What is often bought in one basket: the product itself, then the others."""

    title: str
    itself: CardView
    others: tuple[CardView, ...]

    @property
    def cards(self) -> tuple[CardView, ...]:
        return (self.itself, *self.others)

    @property
    def total(self) -> Money:
        return reduce(add, (card.price for card in self.cards))


@require_safe
@vary_on_headers("HX-Request")
def related_products(request: ShopRequest, slug: str, sku: str) -> HttpResponse:
    """Show what is bought with the product and what is like it, of what reaches the shopper."""
    document = get_item(sku=sku)
    selections = _selections(request, document, sku)
    rows = build_rows(request, selections, now=timezone.now())
    bundle = _bundle(rows[0], sku) if rows else None
    context = {
        "bundle": bundle,
        "rows": rows[1:] if bundle else _without(rows, sku),
        "product_url": document.url(sku),
        "title": document.title,
    }
    template = "pages/related.html" if request.htmx else "pages/related_page.html"
    return render(request, template, context)


def _selections(request: ShopRequest, document: ItemDocument, sku: str) -> list[Selection]:
    shelves = without_sql(request, lambda: _shelves(request, document), otherwise=ProductShelves())
    selections = []
    if shelves.together:
        together = select(shelves.together)
        itself = Hit(product_id=document.product_id, sku=sku)
        selections.append(replace(together, hits=(itself, *together.hits)))
    if shelves.similar:
        selections.append(select(shelves.similar))
    elif document.category_path:
        shown = {hit.product_id for selection in selections for hit in selection.hits}
        selections.append(_neighbors(request, document, document.category_path[-1], shown))
    return selections


def _shelves(request: ShopRequest, document: ItemDocument) -> ProductShelves:
    last = document.category_path[-1] if document.category_path else None
    return product_shelves(
        shopper_of(request),
        product_id=document.product_id,
        category=(last.path, last.name) if last else None,
        in_cart=products_in_cart(request),
        length=IN_A_ROW,
    )


def _bundle(row: Row, sku: str) -> Bundle | None:
    """Return the row as what one click puts in the cart, if the product itself can be had."""
    shelf = row.shelf
    if shelf is None or shelf.place is not Place.TOGETHER or shelf.strategy is Strategy.POPULAR:
        return None
    itself, others = row.cards[0], row.cards[1:]
    if itself.sku != sku or itself.unreachable or not others:
        return None
    return Bundle(title=row.title, itself=itself, others=others)


def _without(rows: Sequence[Row], sku: str) -> list[Row]:
    others = (
        replace(row, cards=tuple(card for card in row.cards if card.sku != sku)) for row in rows
    )
    return [row for row in others if row.cards]


def _neighbors(
    request: ShopRequest, document: ItemDocument, category: CategoryRef, shown: set[int]
) -> Selection:
    """Return what else the category has, by the words of the title first: a lamp's are lamps."""
    query = SearchQuery(
        category=category.path, warehouses=warehouses_for(request), page_size=2 * IN_A_ROW
    )
    words = document.title.split()[-1:]
    try:
        alike = search_products(query=replace(query, text=" ".join(words))).hits
        others = search_products(query=query).hits
    except InfrastructureError:
        alike = others = ()
    hits = {hit.product_id: hit for hit in (*alike, *others)}
    kept = [hit for id_, hit in hits.items() if id_ not in shown and id_ != document.product_id]
    return Selection(
        title=f"More in {category.name}",
        url=category_url(category.path),
        hits=tuple(kept[:IN_A_ROW]),
    )
