"""How much better one share is than another, and how sure that is."""

import math
from dataclasses import dataclass

Z_95 = 1.959964  # the normal distribution's 97.5 % quantile
# With fewer the logarithm is far from normal; the usual rule of thumb for counts.
FEWEST_HITS = 10


@dataclass(frozen=True, kw_only=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0

    @property
    def percent(self) -> float:
        return 100 * self.value


@dataclass(frozen=True, kw_only=True)
class Lift:
    """By how many percent the first share is above the second; 95 % sure: from `low` to `high`."""

    percent: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        """Tell whether the interval leaves no doubt about the direction."""
        return self.low > 0 or self.high < 0


def compare(model: Share, control: Share) -> Lift | None:
    """Return the lift of `model` over `control`, None while there is too little data.

    The interval is that of the ratio of two proportions by the log method: Katz, Baptista,
    Azen and Pike, "Obtaining confidence intervals for the risk ratio in cohort studies",
    Biometrics 34 (1978), 469-474.
    """
    if min(model.hits, control.hits) < FEWEST_HITS:
        return None
    ratio = model.value / control.value
    deviation = math.sqrt(1 / model.hits - 1 / model.total + 1 / control.hits - 1 / control.total)
    return Lift(
        percent=_percent(ratio),
        low=_percent(ratio * math.exp(-Z_95 * deviation)),
        high=_percent(ratio * math.exp(Z_95 * deviation)),
    )


def _percent(ratio: float) -> float:
    return 100 * (ratio - 1)
