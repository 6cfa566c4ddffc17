"""A product's page: one variant, with the way to its siblings."""

from urllib.parse import parse_qs, urlsplit

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.selectors import get_item
from catalog.types import ItemDocument
from recommendations.selectors import Shopper
from recommendations.services import remember_view
from shop.core.stream import record
from shop.pages.category import Crumb, category_url
from shop.pages.context import wished_by
from shop.pages.delivery import find_delivery
from shop.pages.product_view import build_product
from shop.pages.rows import place_told, told_place
from shop.pages.search_parameters import address, without
from shop.pages.shopper import ShopRequest, claimed_customer_id

LONGEST_SKU = 64


@require_safe
def product(request: ShopRequest, slug: str, sku: str) -> HttpResponseBase:
    """Show the variant; a wrong slug leads to the right one, a retired product says so."""
    if len(sku) > LONGEST_SKU or not sku.isprintable():
        raise Http404
    document = get_item(sku=sku)
    if document.slug != slug:
        kept = [*without(request.GET), ("ref", place_told(request.GET))]
        return HttpResponsePermanentRedirect(address(document.url(sku), kept))
    if not document.is_published:
        return _say_it_is_gone(request, document)
    now = timezone.now()
    _record_visit(request, document, sku)
    page = build_product(
        document,
        sku=sku,
        delivery=find_delivery(request, sku=sku, siblings=_siblings(document, sku), now=now),
        is_saved=sku in wished_by(request),
        site=f"{request.scheme}://{request.get_host()}",
    )
    context = {
        "page": page,
        "crumbs": crumbs_of(document),
        "current_root": _root_of(document),
        "place": place_told(request.GET),
    }
    return render(request, "pages/product.html", context)


def crumbs_of(document: ItemDocument) -> tuple[Crumb, ...]:
    """Return the way from the root to the product."""
    above = (Crumb(name=ref.name, url=category_url(ref.path)) for ref in document.category_path)
    return (*above, Crumb(name=document.title))


def _say_it_is_gone(request: ShopRequest, document: ItemDocument) -> HttpResponse:
    last = document.category_path[-1] if document.category_path else None
    picture = document.picture()
    context = {
        "title": document.title,
        "picture_url": picture.url if picture else "",
        "crumbs": crumbs_of(document),
        "category": last,
        "category_url": category_url(last.path) if last else "/search/",
    }
    return render(request, "pages/product_gone.html", context, status=410)


def _siblings(document: ItemDocument, sku: str) -> list[str]:
    return [variant.sku for variant in document.variants if variant.sku != sku]


def _root_of(document: ItemDocument) -> str:
    return document.category_path[0].path if document.category_path else ""


def _record_visit(request: ShopRequest, document: ItemDocument, sku: str) -> None:
    customer_id = claimed_customer_id(request)
    about = {"sku": sku, "product_id": document.product_id}
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_own = came_from.netloc == request.get_host()
    place = told_place(request.GET)
    # The links to the other variants name the place on, for the cart; that is no second click.
    if place and not (is_own and came_from.path.startswith(f"/p/{document.slug}/")):
        record("click", visitor=request.visitor, customer_id=customer_id, **place, **about)
    # Coming from one of our lists is a click on a result; the browser tells only within the site.
    elif is_own and came_from.path.startswith(("/search/", "/c/")):
        record(
            "click",
            visitor=request.visitor,
            customer_id=customer_id,
            source=came_from.path,
            text=parse_qs(came_from.query).get("q", [""])[0][:200],
            **about,
        )
    record(
        "view",
        visitor=request.visitor,
        customer_id=customer_id,
        category=document.category_path[-1].path if document.category_path else None,
        **about,
    )
    if request.is_known_browser:
        shopper = Shopper(visitor=request.visitor, customer_id=customer_id)
        remember_view(shopper=shopper, product_id=document.product_id)
