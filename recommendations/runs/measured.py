"""What runs were worth on the days that were held out of them, and what is usual of late."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Scores:
    """NDCG@10, recall@20, and the part of the catalogue that anybody is shown."""

    ndcg: float = 0.0
    recall: float = 0.0
    coverage: float = 0.0

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        return cls(
            ndcg=float(told.get("ndcg") or 0),
            recall=float(told.get("recall") or 0),
            coverage=float(told.get("coverage") or 0),
        )


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a run was worth on its held-out days, for `held_out` shoppers; `listed` have lists.

    `spread` is how far single shoppers are apart in what they add to the lift, as a part of it:
    divided by the root of their number it is the standard error of the lift's logarithm.
    """

    held_out: int
    model: Scores
    popularity: Scores
    listed: int
    spread: Scores = field(default_factory=Scores)

    @classmethod
    def read(cls, metrics: Mapping[str, Any], *, listed: int) -> Self:
        """Read the `metrics` of a run's result; what is missing counts as nothing."""
        return cls(
            held_out=int(metrics.get("customers") or 0),
            model=Scores.read(metrics.get("model") or {}),
            popularity=Scores.read(metrics.get("popularity") or {}),
            listed=listed,
            spread=Scores.read(metrics.get("spread") or {}),
        )

    def measures(self) -> tuple["Measure", ...]:
        """Return what customers notice."""
        model, popular, spread = self.model, self.popularity, self.spread
        return (
            Measure("NDCG@10", model.ndcg, popular.ndcg, spread.ndcg),
            Measure("Recall@20", model.recall, popular.recall, spread.recall),
        )


@dataclass(frozen=True)
class Measure:
    name: str
    model: float
    popular: float
    spread: float

    @property
    def lift(self) -> float | None:
        """How many times better than popular lists; None where those have nothing."""
        return self.model / self.popular if self.popular else None


@dataclass(frozen=True, kw_only=True)
class UsualLift:
    """The median of a measure's lifts, and of how far single shoppers are apart in it."""

    lift: float
    spread: float

    def least(self, *, share: float, errors: float, shoppers: int) -> float:
        """Return the least that is near to that share of it, or may be below it by chance."""
        return self.lift * share * math.exp(-errors * self.spread / math.sqrt(shoppers))


@dataclass(frozen=True, kw_only=True)
class Usual:
    """The medians of several runs: a single one may have been lucky, or on easy days."""

    runs: int
    coverage: float
    listed: float
    lifts: Mapping[str, UsualLift]


def usual_of(runs: Sequence[Measured]) -> Usual | None:
    """Return what was usual of these runs; None if there is none."""
    if not runs:
        return None
    by_name: dict[str, list[Measure]] = {}
    for run in runs:
        for measure in run.measures():
            by_name.setdefault(measure.name, []).append(measure)
    lifts = {name: _usual_lift(measures) for name, measures in by_name.items()}
    return Usual(
        runs=len(runs),
        coverage=median(run.model.coverage for run in runs),
        listed=median(run.listed for run in runs),
        lifts={name: lift for name, lift in lifts.items() if lift},
    )


def _usual_lift(measures: Sequence[Measure]) -> UsualLift | None:
    lifts = [measure.lift for measure in measures if measure.lift is not None]
    if not lifts:
        return None
    return UsualLift(lift=median(lifts), spread=median(each.spread for each in measures))
