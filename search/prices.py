"""The price ranges offered as a facet."""

from dataclasses import dataclass
from functools import cache

from shop.core.money import Money

_EDGES_MINOR = (0, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)


@dataclass(frozen=True)
class PriceRange:
    """Prices from `low` to `high`, both included; no `high` is open-ended."""

    low: int
    high: int | None

    @property
    def value(self) -> str:
        """As it stands in an address: ``1000-2499`` or ``200000-``."""
        return f"{self.low}-{'' if self.high is None else self.high}"

    def label(self, currency: str) -> str:
        if self.high is None:
            return f"{_short(self.low, currency)} and more"
        if self.low == 0:
            return f"Under {_short(self.high + 1, currency)}"
        return f"{_short(self.low, currency)} to {_short(self.high + 1, currency)}"


PRICE_RANGES = tuple(
    PriceRange(low, high - 1 if high else None)
    for low, high in zip(_EDGES_MINOR, (*_EDGES_MINOR[1:], None), strict=True)
)


@cache
def _short(minor: int, currency: str) -> str:
    return Money(minor, currency).format().removesuffix(".00")
