"""Neighbors of a product, fetched when the reader gets to the end of its page."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.selectors import get_item
from catalog.types import CategoryRef, ItemDocument
from search.selectors import search_products
from search.types import Hit, SearchQuery
from shop.core.errors import InfrastructureError
from shop.pages.cards import build_cards
from shop.pages.category import category_url
from shop.pages.results import warehouses_for
from shop.pages.shopper import ShopRequest

IN_A_ROW = 10


@require_safe
def related_products(request: ShopRequest, slug: str, sku: str) -> HttpResponse:
    """Show what else of the category reaches the shopper; nothing while the search is away."""
    document = get_item(sku=sku)
    if not document.category_path:
        return HttpResponse("")
    category = document.category_path[-1]
    cards = build_cards(request, _neighbors(request, document, category), now=timezone.now())
    context = {"cards": cards, "category": category, "url": category_url(category.path)}
    return render(request, "pages/related.html", context)


def _neighbors(request: ShopRequest, document: ItemDocument, category: CategoryRef) -> list[Hit]:
    # By the words of the title first: a lamp's neighbors are lamps.
    query = SearchQuery(
        category=category.path, warehouses=warehouses_for(request), page_size=IN_A_ROW + 1
    )
    words = document.title.split()[-1:]
    try:
        alike = search_products(query=replace(query, text=" ".join(words))).hits
        others = search_products(query=query).hits
    except InfrastructureError:
        return []
    hits = {hit.product_id: hit for hit in (*alike, *others)}
    hits.pop(document.product_id, None)
    return list(hits.values())[:IN_A_ROW]
