"""How often one caller may call: by customer, by cart token, and else by network address.

Windows of a minute, counted in the cache; while that is away nobody is held up.
"""

import time
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from shop.api.shopper import caller_of

SECONDS = 60
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Window:
    """What is left of one caller's minute."""

    limit: int
    used: int
    seconds_left: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.seconds_left),
            "RateLimit-Policy": f"{self.limit};w={SECONDS}",
        }


class CallerThrottle(BaseThrottle):
    """Reads and changes are counted apart; a view may name a purpose of its own."""

    window: Window | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        purpose = getattr(view, "rate", None) if request.method not in SAFE else None
        purpose = purpose or ("read" if request.method in SAFE else "write")
        limit = settings.API_RATES[purpose]
        minute, passed = divmod(time.time(), SECONDS)
        key = f"api:rate:{purpose}:{_name(request)}:{int(minute)}"
        cache.add(key, 0, timeout=2 * SECONDS)
        used = _count(key)
        self.window = Window(limit=limit, used=used, seconds_left=max(1, round(SECONDS - passed)))
        return used <= limit

    def wait(self) -> float | None:
        return self.window.seconds_left if self.window else None


class LimitedView(APIView):
    """Tells callers what is left of their minute, on every answer."""

    throttle_classes = (CallerThrottle,)

    def get_throttles(self) -> list[BaseThrottle]:
        self._asked: list[BaseThrottle] = super().get_throttles()
        return self._asked

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for throttle in getattr(self, "_asked", []):
            if isinstance(throttle, CallerThrottle) and throttle.window:
                for name, value in throttle.window.headers.items():
                    response.headers[name] = value
        return response


def _count(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:  # it was let go between the two calls
        return 1


def _name(request: Request) -> str:
    try:
        caller = caller_of(request)
    except AuthenticationFailed:
        caller = None
    if caller and caller.customer_id is not None:
        return f"c{caller.customer_id}"
    # Tokens are had for the asking: whoever has none, or many, is known by the address.
    return f"a{get_adapter().get_client_ip(request._request)}"  # noqa: SLF001
