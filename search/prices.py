"""The price ranges offered as a facet."""

import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language, gettext, to_locale

from shop.core.money import Money

NO_CENTS = re.compile(r"[.,]00(?!\d)")
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
        language = get_language() or "en-us"
        low = _short(self.low, currency, language)
        if self.high is None:
            return gettext("%(low)s and more") % {"low": low}
        high = _short(self.high + 1, currency, language)
        if self.low == 0:
            return gettext("Under %(high)s") % {"high": high}
        return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


PRICE_RANGES = tuple(
    PriceRange(low, high - 1 if high else None)
    for low, high in zip(_EDGES_MINOR, (*_EDGES_MINOR[1:], None), strict=True)
)


@cache
def _short(minor: int, currency: str, language: str) -> str:
    return NO_CENTS.sub("", Money(minor, currency).format(to_locale(language)))
