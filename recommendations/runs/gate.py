"""Whether a run's lists may be published without anybody looking: the rules, in plain words.

Two runs are measured on different days, and some days are easier to foretell than others. So a
run is compared with the live one by how many times better than popular lists each was on its own
days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    """What a run was worth on its held-out days; `listed` customers have lists."""

    held_out: int
    model: Scores
    popularity: Scores
    listed: int

    @classmethod
    def read(cls, metrics: Mapping[str, Any], *, listed: int) -> Self:
        """Read the `metrics` of a run's result; what is missing counts as nothing."""
        return cls(
            held_out=int(metrics.get("customers") or 0),
            model=Scores.read(metrics.get("model") or {}),
            popularity=Scores.read(metrics.get("popularity") or {}),
            listed=listed,
        )


@dataclass(frozen=True, kw_only=True)
class Minima:
    """What is asked of a run; the shares are of what the live run has."""

    held_out: int = 20
    lift_share: float = 0.9
    coverage_share: float = 0.5
    listed_share: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Verdict:
    passes: bool
    text: str


def judge(candidate: Measured, live: Measured | None, minima: Minima) -> Verdict:
    """Tell whether the candidate may be published by itself, and why."""
    if candidate.held_out < minima.held_out:
        return Verdict(
            passes=False,
            text=f"Too few to judge: {candidate.held_out:,} customers bought something on the "
            f"held-out days, and {minima.held_out} are needed. Staff may publish it by hand.",
        )
    problems = list(_beside_popularity(candidate))
    if live is not None:
        problems += _beside_live(candidate, live, minima)
    if problems:
        return Verdict(passes=False, text=" ".join(problems))
    return Verdict(passes=True, text=_praise(candidate))


def _beside_popularity(candidate: Measured) -> Iterator[str]:
    for name, ours, theirs in _pairs(candidate):
        if ours < theirs:
            yield f"{name} is {ours:.4f}, less than the {theirs:.4f} of popular lists."


def _beside_live(candidate: Measured, live: Measured, minima: Minima) -> Iterator[str]:
    for (name, ours, popular), (_, theirs, popular_then) in zip(
        _pairs(candidate), _pairs(live), strict=True
    ):
        if not popular or not popular_then:
            continue  # nothing to compare by
        lift, live_lift = ours / popular, theirs / popular_then
        if lift < minima.lift_share * live_lift:
            yield (
                f"{name} is {lift:.2f} times that of popular lists, less than "
                f"{minima.lift_share:.0%} of the live run's {live_lift:.2f} times."
            )
    if candidate.model.coverage < minima.coverage_share * live.model.coverage:
        yield (
            f"{candidate.model.coverage:.1%} of the catalogue is shown to anybody, less than "
            f"{minima.coverage_share:.0%} of the live run's {live.model.coverage:.1%}."
        )
    if candidate.listed < minima.listed_share * live.listed:
        yield (
            f"{candidate.listed:,} customers have lists, less than "
            f"{minima.listed_share:.0%} of the live run's {live.listed:,}."
        )


def _praise(candidate: Measured) -> str:
    told = ", ".join(
        f"{name} {ours:.4f} beside {theirs:.4f}" for name, ours, theirs in _pairs(candidate)
    )
    return f"Good enough beside popular lists, for {candidate.held_out:,} customers: {told}."


def _pairs(measured: Measured) -> tuple[tuple[str, float, float], ...]:
    """Return what customers notice: its name, the model's value and that of popular lists."""
    model, popular = measured.model, measured.popularity
    return (
        ("NDCG@10", model.ndcg, popular.ndcg),
        ("Recall@20", model.recall, popular.recall),
    )
