"""How often one caller may call: a customer, a cart token, and a network address.

Reads and changes are counted apart. Many may share an address, so it has several times as many
calls; and tokens are had for the asking, so it is counted whoever calls from it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from shop.api.problems import MEDIA_TYPE, handle
from shop.api.shopper import caller_of
from shop.api.windows import Window, address_of, count_call, tightest

PREFIX = "/api/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WINDOW = "api_window"  # on the request: what is left to the caller


class AddressLimitMiddleware:
    """Counts the calls from an address, before anything is read for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        window = _count_address(request, _usual_purpose(request))
        setattr(request, WINDOW, window)
        response = _refusal(window) if window.is_over else self.get_response(request)
        # A view that knows its caller may have found a tighter one.
        for name, value in getattr(request, WINDOW).headers.items():
            response.headers[name] = value
        return response


class CallerThrottle(BaseThrottle):
    """Counts the calls of a customer or a cart token; a view may name a purpose of its own."""

    window: Window | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        plain: HttpRequest = request._request  # noqa: SLF001
        own = getattr(view, "rate", None) if request.method not in SAFE else None
        purpose = own or _usual_purpose(plain)
        windows: list[Window] = [getattr(plain, WINDOW)]
        if own:
            windows.append(_count_address(plain, own))
        if name := _name(request):
            windows.append(count_call(purpose, name, limit=settings.API_RATES[purpose]))
        self.window = tightest(windows)
        setattr(plain, WINDOW, self.window)
        return not self.window.is_over

    def wait(self) -> float | None:
        return self.window.seconds_left if self.window else None


class LimitedView(APIView):
    """A view of which nobody gets more than their share."""

    throttle_classes = (CallerThrottle,)


def _usual_purpose(request: HttpRequest) -> str:
    return "read" if request.method in SAFE else "write"


def _count_address(request: HttpRequest, purpose: str) -> Window:
    limit = settings.API_RATES[purpose] * settings.API_ADDRESS_FACTOR
    return count_call(purpose, f"a{address_of(request)}", limit=limit)


def _name(request: Request) -> str:
    """Return what to count a caller by beside the address, "" for somebody unknown."""
    try:
        caller = caller_of(request)
    except AuthenticationFailed:
        return ""
    if caller.customer_id is not None:
        return f"c{caller.customer_id}"
    return f"v{caller.visitor}" if caller.visitor else ""


def _refusal(window: Window) -> HttpResponseBase:
    refused = handle(Throttled(window.seconds_left), {})
    assert refused is not None  # noqa: S101 - it is one of the framework's
    headers = {
        "Retry-After": refused.headers["Retry-After"],
        "Cache-Control": "private, no-store",
    }
    return JsonResponse(refused.data, status=429, content_type=MEDIA_TYPE, headers=headers)
