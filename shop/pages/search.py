"""The search page and the suggestions under its box."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from search.selectors import suggest
from shop.core.errors import InfrastructureError
from shop.pages.results import find_results, warehouses_for
from shop.pages.shopper import ShopRequest

SHORTEST_PREFIX = 2
LONGEST_PREFIX = 80


@require_safe
@vary_on_headers("HX-Request")
def search(request: ShopRequest) -> HttpResponse:
    """Show what matches, only what reaches the address if there is one."""
    results = find_results(request, now=timezone.now())
    context = {"results": results, "search_text": results.text}
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


def results_template(request: ShopRequest, page: str) -> str:
    """Return the whole page's template, or for htmx only that of the results in it."""
    is_part = request.htmx and not request.htmx.history_restore_request
    return "pages/results.html" if is_part else page
