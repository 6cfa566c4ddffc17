"""Who has called how often: windows of a minute, counted in the cache.

While the cache is away nobody is held up.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.cache import cache

SECONDS = 60


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


def _count(key: str) -> int:
    for _ in range(2):
        try:
            return int(cache.incr(key))
        except ValueError:  # the first of this minute, or somebody else's is first just now
            if cache.add(key, 1, timeout=2 * SECONDS):
                break
    return 1
