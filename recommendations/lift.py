"""How much better one share is than another, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

Z_95 = 1.959964  # the normal distribution's 97.5 % quantile
# With fewer the logarithm is far from normal; the usual rule of thumb for counts.
FEWEST_HITS = 10
# With fewer parts nobody knows how much they differ.
FEWEST_PARTS = 10


@dataclass(frozen=True, kw_only=True)
class Share:
    """`hits` of `total`; `parts` are the same two numbers of some of the shoppers each.

    A shopper is in one part with all that they did, so that the parts do not depend on each other.
    """

    hits: int
    total: int
    parts: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, parts: Sequence[tuple[int, int]]) -> Self:
        """Return the share that all parts make."""
        there = tuple((hits, total) for hits, total in parts if total)
        hits, total = (sum(each) for each in zip(*there, strict=True)) if there else (0, 0)
        return cls(hits=hits, total=total, parts=there)

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

    The interval is that of the ratio by the log method. How much a share varies is seen from how
    much its parts differ (the random groups method: Wolter, "Introduction to Variance Estimation",
    2nd ed., 2007, chapter 2), as counts of one shopper's days are no independent draws.
    """
    if min(model.hits, control.hits) < FEWEST_HITS:
        return None
    if min(len(model.parts), len(control.parts)) < FEWEST_PARTS:
        return None
    ratio = model.value / control.value
    variances = [_relative_variance(share) for share in (model, control)]
    freedom = _freedom(variances, [len(share.parts) - 1 for share in (model, control)])
    reach = _student_95(freedom) * math.sqrt(sum(variances))
    return Lift(
        percent=_percent(ratio),
        low=_percent(ratio * math.exp(-reach)),
        high=_percent(ratio * math.exp(reach)),
    )


def _relative_variance(share: Share) -> float:
    """Return the variance of the share's logarithm: that of a ratio of sums over the parts."""
    count = len(share.parts)
    squares = sum((hits - share.value * total) ** 2 for hits, total in share.parts)
    return count / (count - 1) * squares / share.hits**2


def _freedom(variances: Sequence[float], each: Sequence[int]) -> float:
    """Return the degrees of freedom of a sum of variances (Welch and Satterthwaite)."""
    doubt = sum(var**2 / freedom for var, freedom in zip(variances, each, strict=True))
    return sum(variances) ** 2 / doubt if doubt else math.inf


def _student_95(freedom: float) -> float:
    """Return the 97.5 % quantile of Student's t: its expansion, right to 0.004 from nine on."""
    z = Z_95
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def _percent(ratio: float) -> float:
    return 100 * (ratio - 1)
