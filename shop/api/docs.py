"""The schema for programs, and the same for people: both without any other host."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from rest_framework.request import Request
from rest_framework.response import Response

from shop.api.limits import LimitedView
from shop.api.problem_codes import CODES
from shop.pages.middleware import CONTENT_SECURITY_POLICY


@cache
def whole_schema() -> dict[str, Any]:
    """Return the document; it is the same for everybody until the process ends."""
    found: dict[str, Any] = SchemaGenerator().get_schema(  # type: ignore[no-untyped-call]
        request=None, public=True
    )
    return found


class SchemaView(LimitedView):
    """JSON, or YAML for who asks for it."""

    schema = None
    authentication_classes = ()
    renderer_classes = (
        OpenApiJsonRenderer2,  # application/json
        OpenApiJsonRenderer,
        OpenApiYamlRenderer2,  # application/yaml
        OpenApiYamlRenderer,
    )

    def get(self, request: Request) -> Response:
        return Response(whole_schema(), headers={"Cache-Control": "public, max-age=300"})


@require_safe
@cache_control(public=True, max_age=300)
def docs(request: HttpRequest) -> HttpResponse:
    """Show every call with its examples, and what each problem means."""
    shown = {
        "codes": CODES,
        "schema_url": reverse("api-schema"),
        "shop_name": settings.SHOP_NAME,
    }
    # Without the request: the frame of the shop's pages would ask who is signed in.
    page = HttpResponse(render_to_string("api/docs.html", shown))
    page.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return page
