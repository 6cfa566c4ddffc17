"""The start page: where to deliver, what is popular, what is new, what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.selectors import get_items, list_categories
from search.selectors import search_products
from search.types import Hit, SearchQuery, Sort
from shop.core.errors import InfrastructureError
from shop.core.shelves import ShelfRequest, product_shelves
from shop.pages.cards import CardView, build_cards
from shop.pages.category import category_url
from shop.pages.results import warehouses_for
from shop.pages.shopper import ShopRequest, customer_id_of

IN_A_ROW = 12
PICTURES_KEPT_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class Row:
    title: str
    url: str
    cards: tuple[CardView, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryTile:
    name: str
    url: str
    product_count: int
    picture_url: str


@dataclass(frozen=True, kw_only=True)
class HomeView:
    reach: str
    rows: tuple[Row, ...]
    categories: tuple[CategoryTile, ...]


@require_safe
def home(request: ShopRequest) -> HttpResponse:
    """Show the start page; without a search or an item store it is only shorter."""
    now = timezone.now()
    warehouses = warehouses_for(request)
    newest, total = _find("newest", warehouses=warehouses)
    rows = [*_shelf_rows(request, now, warehouses)]
    if newest:
        cards = build_cards(request, newest, now=now)
        rows.append(Row(title="New arrivals", url="/search/?sort=newest", cards=cards))
    page = HomeView(
        reach=f"{total:,} products reach this address." if total else "",
        rows=tuple(row for row in rows if row.cards),
        categories=_tiles(),
    )
    return render(request, "pages/home.html", {"page": page})


def _shelf_rows(
    request: ShopRequest, now: datetime, warehouses: tuple[str, ...] | None
) -> Sequence[Row]:
    asked = ShelfRequest(
        visitor=request.visitor,
        customer_id=customer_id_of(request),
        warehouses=warehouses,
        limit=IN_A_ROW,
    )
    rows = []
    for _, fill in product_shelves:
        shelf = fill(asked)
        if shelf is not None:
            hits = [Hit(product_id=pair[0], sku=pair[1]) for pair in shelf.products]
            cards = build_cards(request, hits, now=now)
            rows.append(Row(title=shelf.title, url=shelf.url, cards=cards))
    return rows


def _find(
    sort: Sort, *, warehouses: tuple[str, ...] | None, category: str | None = None
) -> tuple[tuple[Hit, ...], int]:
    query = SearchQuery(sort=sort, warehouses=warehouses, category=category, page_size=IN_A_ROW)
    try:
        result = search_products(query=query)
    except InfrastructureError:
        return (), 0
    return result.hits, result.total


def _tiles() -> tuple[CategoryTile, ...]:
    roots = [node for node in list_categories() if node.product_count]
    pictures: dict[str, str] | None = cache.get("pages.category-pictures")
    if pictures is None:
        pictures = {node.path: _picture_of(node.path) for node in roots}
        # Right after an import the index may not have them all: ask again soon.
        is_complete = all(pictures.values())
        cache.set("pages.category-pictures", pictures, PICTURES_KEPT_SECONDS if is_complete else 5)
    return tuple(
        CategoryTile(
            name=node.name,
            url=category_url(node.path),
            product_count=node.product_count,
            picture_url=pictures.get(node.path, ""),
        )
        for node in roots
    )


def _picture_of(category: str) -> str:
    """Return the picture of one of the category's products."""
    hits, _ = _find("name", warehouses=None, category=category)
    for document in get_items(product_ids=[hit.product_id for hit in hits[:1]]).values():
        picture = document.picture()
        return picture.sizes.get("thumb", picture.url) if picture else ""
    return ""
