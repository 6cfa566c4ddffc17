"""The search page and the suggestions under its box."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from recommendations.selectors import Shelf, Shopper, empty_search_shelf
from search.selectors import suggest
from shop.core.errors import InfrastructureError
from shop.pages.recommended import IN_A_ROW, products_in_cart, recommended_row
from shop.pages.results import find_results, warehouses_for
from shop.pages.rows import Row
from shop.pages.shopper import ShopRequest

SHORTEST_PREFIX = 2
LONGEST_PREFIX = 80


@require_safe
@vary_on_headers("HX-Request")
def search(request: ShopRequest) -> HttpResponse:
    """Show what matches, only what reaches the address if there is one."""
    now = timezone.now()
    results = find_results(request, now=now)
    instead = None if results.cards else _instead(request, now=now)
    context = {"results": results, "search_text": results.text, "row": instead}
    return render(request, results_template(request, "pages/search.html"), context)


@require_safe
def suggestions(request: ShopRequest) -> HttpResponse:
    """Show completions of what is being typed; nothing while the search is away."""
    prefix = " ".join(request.GET.get("q", "").split())
    if not SHORTEST_PREFIX <= len(prefix) <= LONGEST_PREFIX or not prefix.isprintable():
        return HttpResponse("")
    try:
        found = suggest(prefix=prefix, warehouses=warehouses_for(request))
    except InfrastructureError:
        return HttpResponse("")
    return render(request, "pages/suggestions.html", {"suggestions": found})


def _instead(request: ShopRequest, *, now: datetime) -> Row | None:
    """Return what the shopper may like, where a search found nothing."""

    def find(shopper: Shopper) -> Shelf | None:
        return empty_search_shelf(shopper, length=IN_A_ROW, in_cart=products_in_cart(request))

    return recommended_row(request, find, now=now)


def results_template(request: ShopRequest, page: str) -> str:
    """Return the whole page's template, or for htmx only that of the results in it."""
    is_part = request.htmx and not request.htmx.history_restore_request
    return "pages/results.html" if is_part else page
