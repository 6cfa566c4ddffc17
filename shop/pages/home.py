"""The start page: where to deliver, what is popular, what is new, what there is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.selectors import get_items, list_categories
from catalog.types import CategoryNode
from recommendations.selectors import Shelf, home_shelves
from search.selectors import search_products
from search.types import Hit, SearchQuery, Sort
from shop.core.errors import InfrastructureError
from shop.pages.category import category_url
from shop.pages.outage import without_sql
from shop.pages.recommended import IN_A_ROW, products_in_cart, shopper_of
from shop.pages.results import warehouses_for
from shop.pages.rows import Row, Selection, build_rows, select
from shop.pages.shopper import ShopRequest

FOUND = 2 * IN_A_ROW  # half of them may be in a row above
MOST_ROWS = 8
FEWEST_CATEGORIES = 4
CATEGORY_ROWS = 2
PICTURES_KEPT_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class CategoryTile:
    name: str
    url: str
    product_count: int
    picture_url: str


@dataclass(frozen=True, kw_only=True)
class HomeView:
    reach: str
    is_reached: bool
    first_arrival: date | None
    rows: tuple[Row, ...]
    categories: tuple[CategoryTile, ...]


@require_safe
def home(request: ShopRequest) -> HttpResponse:
    """Show the start page; without a search or an item store it is only shorter."""
    warehouses = warehouses_for(request)
    roots = tuple(node for node in list_categories() if node.product_count)
    newest, total = _find("newest", warehouses=warehouses)
    selections = chain(
        _recommended(request),
        [Selection(title="New arrivals", url="/search/?sort=newest", hits=newest)],
        _largest_categories(roots, warehouses),  # a search each, and only as far as there is room
    )
    rows = build_rows(request, _each_once(islice(selections, MOST_ROWS)), now=timezone.now())
    arrivals = (card.arrives for row in rows for card in row.cards if card.arrives)
    page = HomeView(
        reach=f"{total:,} products reach this address." if total else "",
        is_reached=warehouses is None or bool(warehouses),
        first_arrival=min(arrivals, default=None),
        rows=rows,
        categories=_tiles(roots),
    )
    return render(request, "pages/home.html", {"page": page})


def _recommended(request: ShopRequest) -> list[Selection]:
    shelves = without_sql(
        request,
        lambda: home_shelves(
            shopper_of(request), length=IN_A_ROW, in_cart=products_in_cart(request)
        ),
        otherwise=list[Shelf](),
    )
    return [select(shelf) for shelf in shelves]


def _each_once(selections: Iterable[Selection]) -> list[Selection]:
    """Leave out of each row what a row above it has, and end it where it is full."""
    shown: set[int] = set()
    rows = []
    for selection in selections:
        hits = tuple(hit for hit in selection.hits if hit.product_id not in shown)[:IN_A_ROW]
        shown.update(hit.product_id for hit in hits)
        rows.append(replace(selection, hits=hits))
    return rows


def _largest_categories(
    roots: Sequence[CategoryNode], warehouses: tuple[str, ...] | None
) -> Iterator[Selection]:
    if len(roots) < FEWEST_CATEGORIES:
        return  # the tiles show as much
    for node in sorted(roots, key=lambda root: -root.product_count)[:CATEGORY_ROWS]:
        # By name rather than by age: what was entered together looks alike.
        hits, _ = _find("name", warehouses=warehouses, category=node.path)
        yield Selection(title=node.name, url=category_url(node.path), hits=hits)


def _find(
    sort: Sort, *, warehouses: tuple[str, ...] | None, category: str | None = None
) -> tuple[tuple[Hit, ...], int]:
    query = SearchQuery(sort=sort, warehouses=warehouses, category=category, page_size=FOUND)
    try:
        result = search_products(query=query)
    except InfrastructureError:
        return (), 0
    return result.hits, result.total


def _tiles(roots: Sequence[CategoryNode]) -> tuple[CategoryTile, ...]:
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
