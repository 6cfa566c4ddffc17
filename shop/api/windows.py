"""Who has called how often: windows of a minute, counted in the cache.

While the cache is away nobody is held up.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

SECONDS = 60
# What one household or machine gets: counting by its addresses would count nobody.
IPV6_NETWORK = 64


@dataclass(frozen=True, kw_only=True)
class Window:
    """What is left of a minute."""

    limit: int
    used: int
    seconds_left: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def is_over(self) -> bool:
        return self.used > self.limit

    def spent(self, *, seconds: int) -> "Window":
        """Return it as it is for who was refused for another reason, and is to wait so long."""
        return replace(self, used=max(self.used, self.limit), seconds_left=seconds)

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.seconds_left),
            "RateLimit-Policy": f"{self.limit};w={SECONDS}",
        }


def count_call(purpose: str, who: str, *, limit: int) -> Window:
    """Count a call, and return what is left to whoever makes it."""
    minute, passed = divmod(time.time(), SECONDS)
    key = f"api:rate:{purpose}:{who}:{int(minute)}"
    return Window(limit=limit, used=_count(key), seconds_left=max(1, round(SECONDS - passed)))


def tightest(windows: Sequence[Window]) -> Window:
    """Return the one that ends first."""
    return min(windows, key=lambda window: window.limit - window.used)


def address_of(request: HttpRequest) -> str:
    """Return the caller's network address, the proxies of ours left out."""
    try:
        text = str(get_adapter().get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):  # fewer proxies than are trusted
        text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(text)
    except ValueError:
        return text[:45]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, IPV6_NETWORK), strict=False))
    return text


def _count(key: str) -> int:
    for _ in range(2):
        try:
            return int(cache.incr(key))
        except ValueError:  # the first of this minute, or somebody else's is first just now
            if cache.add(key, 1, timeout=2 * SECONDS):
                break
    return 1
