"""A category's page: its subcategories and its products."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.selectors import get_category
from catalog.types import CategoryNode
from shop.pages.results import find_results
from shop.pages.search import results_template
from shop.pages.shopper import ShopRequest


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """A step of the way to a page; without `url` it is the page itself."""

    name: str
    url: str = ""


@require_safe
@vary_on_headers("HX-Request")
def category(request: ShopRequest, path: str) -> HttpResponseBase:
    """Show the category's products that reach the address."""
    node = get_category(path=path)
    if node.path != path:
        return HttpResponsePermanentRedirect(category_url(node.path))
    results = find_results(request, now=timezone.now(), category=node.path)
    context = {
        "category": node,
        "results": results,
        "crumbs": crumbs_to(node),
        "current_root": node.path.split("/")[0],
    }
    return _render(request, context)


def category_url(path: str) -> str:
    return f"/c/{path}/"


def crumbs_to(node: CategoryNode) -> tuple[Crumb, ...]:
    """Return the way from the root to the category, which is where the reader is."""
    above = (Crumb(name=ref.name, url=category_url(ref.path)) for ref in node.ancestors)
    return (*above, Crumb(name=node.name))


def _render(request: ShopRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, results_template(request, "pages/category.html"), context)
