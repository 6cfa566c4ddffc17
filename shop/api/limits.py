"""How often one caller may call: a customer, a cart token, and a network address.

Reads and changes are counted apart. Many may share an address, so it has several times as many
calls; and tokens are had for the asking, so it is counted whoever calls from it. Where passwords
and codes can be guessed an address has fewer; allauth has limits of its own there, by account too.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from shop.api.problems import MEDIA_TYPE, handle
from shop.api.shopper import caller_of
from shop.api.windows import Window, count_call, tightest
from shop.core.network import address_of

PREFIX = "/api/"
SIGN_IN = "/api/v1/auth/"
# A signed token cannot be guessed, and every device sends it each few minutes.
REFRESH = f"{SIGN_IN}app/v1/tokens/refresh"
# These tell whether a code is right to whoever only reads.
CODE_READERS = frozenset(
    f"{SIGN_IN}app/v1/auth/{name}" for name in ("email/verify", "password/reset")
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WINDOW = "api_window"  # on the request: what is left to the caller


class AddressLimitMiddleware:
    """Counts the calls from an address, before anything is read for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        window = tightest([_count_address(request, each) for each in _purposes(request)])
        setattr(request, WINDOW, window)
        response = refusal(window.seconds_left) if window.is_over else self.get_response(request)
        # A view that knows its caller may have found a tighter one.
        window = getattr(request, WINDOW)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            window = window.spent(seconds=int(response.headers["Retry-After"]))
        for name, value in window.headers.items():
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


def refusal(seconds: int) -> HttpResponse:
    """Return the answer to who is to wait, in the shape of all refusals."""
    refused = handle(Throttled(seconds), {})
    assert refused is not None  # noqa: S101 - it is one of the framework's
    headers = {
        "Retry-After": refused.headers["Retry-After"],
        "Cache-Control": "private, no-store",
    }
    return JsonResponse(refused.data, status=429, content_type=MEDIA_TYPE, headers=headers)


def _purposes(request: HttpRequest) -> tuple[str, ...]:
    usual = _usual_purpose(request)
    is_change = request.method not in SAFE and request.path != REFRESH
    is_sign_in = request.path.startswith(SIGN_IN) and is_change
    return (usual, "sign_in") if is_sign_in or request.path in CODE_READERS else (usual,)


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
