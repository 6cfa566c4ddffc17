"""What holds at every address of the API, also where allauth answers."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from shop.api.limits import refusal
from shop.api.problems import MEDIA_TYPE, handle, problem_of
from shop.api.shopper import CART_TOKEN, visitor_of
from shop.api.sign_in_guard import (
    allowed_methods,
    is_misshapen,
    seconds_to_wait,
    status_of,
)
from shop.pages.shopper import as_shop_request

PREFIX = "/api/"
CODES = {
    400: ("bad_request", "This request cannot be read."),
    403: ("permission_denied", "This is not allowed."),
    404: ("not_found", "There is no such address."),
    405: ("method_not_allowed", "This address does not know this method."),
    413: ("too_large", "What was sent is too large."),
    500: ("internal_error", "Something went wrong on our side. We have been told."),
    503: ("unavailable", "Something we need does not answer. Please try again shortly."),
}
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


class ApiMiddleware:
    """Guests are known by cart token, no cookie is read or set, and each refusal is a problem.

    allauth takes the guest from the request when somebody signs in, as it does in a browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        response = self._answer(request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response.headers.setdefault("WWW-Authenticate", "Bearer")
        if not response.has_header("Cache-Control"):
            patch_vary_headers(response, ["Authorization", CART_TOKEN])
            # Kept, but asked about each time: what is a guess's age in an order's status?
            patch_cache_control(response, private=True, no_cache=True)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return _problem(413)
        try:
            as_shop_request(request).visitor = visitor_of(request)
        except APIException as error:
            return _send(handle(error, {})) or HttpResponse(status=error.status_code)
        response = self.get_response(request)
        wait = seconds_to_wait(request, response)
        return _as_problem(response) if wait is None else refusal(wait)

    def process_view(
        self, request: HttpRequest, view: Any, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Refuse what allauth would stumble over."""
        if not request.path.startswith(PREFIX):
            return None
        allowed = allowed_methods(view)
        if allowed is not None and request.method not in allowed:
            return _problem(405, {"Allow": ", ".join(allowed)})
        return _problem(400) if allowed is not None and is_misshapen(request) else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for allauth's views; those of REST framework have answered themselves."""
        if not request.path.startswith(PREFIX):
            return None
        status = status_of(request, error)
        if status is not None:
            return _problem(status)
        return _send(handle(error, {"view": self}))


def _length(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Put a problem in the place of a refusal that is text for people, or empty."""
    told = "json" in response.headers.get("Content-Type", "")
    if told or response.status_code not in CODES:
        return response
    kept = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    return _problem(response.status_code, kept)


def _problem(status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    problem = problem_of(status, *CODES[status])
    return JsonResponse(problem, status=status, content_type=MEDIA_TYPE, headers=headers)


def _send(response: Response | None) -> HttpResponse | None:
    """Return the answer without the rendering that only a view of REST framework has."""
    if response is None:
        return None
    headers = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    return JsonResponse(
        response.data, status=response.status_code, content_type=MEDIA_TYPE, headers=headers
    )
