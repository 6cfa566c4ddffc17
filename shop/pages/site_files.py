"""Small files that browsers and search engines ask for by a fixed name."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

ROBOTS = """User-agent: *
Disallow: /account/
Disallow: /accounts/
Disallow: /admin/
Disallow: /api/
Disallow: /cart/
Disallow: /checkout/
Disallow: /deliver-to/
Disallow: /orders/
Disallow: /search/suggest/
Disallow: /wishlist/
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of what belongs to one shopper."""
    return HttpResponse(ROBOTS, content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("favicon.svg"))


@require_safe
def design_system(request: HttpRequest) -> HttpResponse:
    """Show every component, for those who build pages; only in a demonstration shop."""
    context = {"sample_picture": static("favicon.svg")}
    return render(
        request, "pages/design_system.html", context, status=200 if settings.DEMO else 404
    )
