"""Whether a run's lists may be published without anybody looking: the rules, in plain words.

Runs are measured on different days, and some days are easier to foretell than others. So runs are
compared by how many times better than popular lists each was on its own days. The mark is the
median of the last runs, published or not: the live one alone is the luckiest of many draws.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recommendations.runs.measured import Measured, Usual, usual_of


@dataclass(frozen=True, kw_only=True)
class Minima:
    """What is asked of a run; the shares are of what is usual."""

    held_out: int = 20
    lift_share: float = 0.9
    # How many standard errors a lift may be below that share: chance, at so few shoppers. One
    # refuses a good run now and then, and lets hardly any pass that lost half of its lift.
    lift_errors: float = 1.0
    coverage_share: float = 0.5
    listed_share: float = 0.5
    data_age: timedelta = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    passes: bool
    text: str


def judge(
    candidate: Measured,
    recent: Sequence[Measured],
    minima: Minima,
    *,
    started_at: datetime,
    data_until: datetime,
) -> Verdict:
    """Tell whether the candidate may be published by itself, and why.

    `recent` are the last runs that can be compared with, see `is_comparable`.
    """
    problems = list(_stale(started_at, data_until, minima))
    if candidate.held_out < minima.held_out:
        problems.append(
            f"Too few to judge: {candidate.held_out:,} customers known before bought something on "
            f"the held-out days, and {minima.held_out} are needed. Staff may publish it by hand."
        )
    else:
        problems += _beside_popularity(candidate)
        if usual := usual_of(recent):
            problems += _beside_usual(candidate, usual, minima)
    if problems:
        return Verdict(passes=False, text=" ".join(problems))
    return Verdict(passes=True, text=_praise(candidate))


def is_comparable(run: Measured, minima: Minima) -> bool:
    """Tell whether a run can be a mark for others: enough shoppers, and something foretold."""
    return run.held_out >= minima.held_out and run.model.ndcg > 0


def _stale(started_at: datetime, data_until: datetime, minima: Minima) -> Iterator[str]:
    age = started_at - data_until
    if age > minima.data_age:
        yield (
            f"The newest event is of {data_until:%Y-%m-%d %H:%M} UTC, {age.days} days before the "
            "run: see whether events are still collected."
        )


def _beside_popularity(candidate: Measured) -> Iterator[str]:
    for each in candidate.measures():
        if not each.model:
            yield f"{each.name} is 0: nothing that was bought had been listed."
        elif each.model < each.popular:
            yield (
                f"{each.name} is {each.model:.4f}, less than the {each.popular:.4f} of popular "
                "lists."
            )


def _beside_usual(candidate: Measured, usual: Usual, minima: Minima) -> Iterator[str]:
    for each in candidate.measures():
        mark = usual.lifts.get(each.name)
        if mark is None or each.lift is None:
            continue  # nothing to compare by
        least = mark.least(
            share=minima.lift_share, errors=minima.lift_errors, shoppers=candidate.held_out
        )
        if each.lift < least:
            yield (
                f"{each.name} is {each.lift:.2f} times that of popular lists; {_usually(usual)} "
                f"{mark.lift:.2f} times, and below {least:.2f} it is more than chance."
            )
    if candidate.model.coverage < minima.coverage_share * usual.coverage:
        yield (
            f"{candidate.model.coverage:.1%} of the catalogue is shown to anybody, less than "
            f"{minima.coverage_share:.0%} of the {usual.coverage:.1%} that are usual."
        )
    if candidate.listed < minima.listed_share * usual.listed:
        yield (
            f"{candidate.listed:,} customers have lists, less than "
            f"{minima.listed_share:.0%} of the {usual.listed:,.0f} that are usual."
        )


def _usually(usual: Usual) -> str:
    return "the run before had" if usual.runs == 1 else f"the median of {usual.runs} runs is"


def _praise(candidate: Measured) -> str:
    told = ", ".join(
        f"{each.name} {each.model:.4f} beside {each.popular:.4f}" for each in candidate.measures()
    )
    return f"Good enough beside popular lists, for {candidate.held_out:,} customers: {told}."
