"""The rules by which a run may be published without anybody looking."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recommendations.runs.gate import Minima, Verdict, is_comparable, judge
from recommendations.runs.measured import Measured, Scores

STARTED = datetime(2026, 11, 22, 3, tzinfo=UTC)


def measured(
    *,
    held_out: int = 50,
    ndcg: float = 0.2,
    recall: float = 0.3,
    coverage: float = 0.6,
    popular: tuple[float, float] = (0.1, 0.2),
    listed: int = 1000,
    spread: float = 0.0,
) -> Measured:
    """Return a run twice as good as popular lists by NDCG, and 1.5 times by recall."""
    return Measured(
        held_out=held_out,
        model=Scores(ndcg=ndcg, recall=recall, coverage=coverage),
        popularity=Scores(ndcg=popular[0], recall=popular[1], coverage=0.02),
        listed=listed,
        spread=Scores(ndcg=spread, recall=spread),
    )


def judged(
    candidate: Measured,
    recent: Sequence[Measured] = (),
    *,
    data_age: timedelta = timedelta(hours=1),
) -> Verdict:
    return judge(candidate, recent, Minima(), started_at=STARTED, data_until=STARTED - data_age)


def refusal(*recent: Measured, **given: Any) -> str:
    verdict = judged(measured(**given), recent)
    return "" if verdict.passes else verdict.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ""),
        ({"held_out": 20}, ""),
        (
            {"held_out": 19},
            (
                "Too few to judge: 19 customers known before bought something on the held-out "
                "days, and 20 are needed. Staff may publish it by hand."
            ),
        ),
        ({"ndcg": 0.1, "recall": 0.2}, ""),
        ({"ndcg": 0.0999}, "NDCG@10 is 0.0999, less than the 0.1000 of popular lists."),
        ({"recall": 0.1}, "Recall@20 is 0.1000, less than the 0.2000 of popular lists."),
        (
            {"ndcg": 0.05, "recall": 0.1},
            (
                "NDCG@10 is 0.0500, less than the 0.1000 of popular lists. "
                "Recall@20 is 0.1000, less than the 0.2000 of popular lists."
            ),
        ),
        # As good as popular lists that foretold nothing either.
        (
            {"ndcg": 0.0, "recall": 0.0, "popular": (0.0, 0.0)},
            (
                "NDCG@10 is 0: nothing that was bought had been listed. "
                "Recall@20 is 0: nothing that was bought had been listed."
            ),
        ),
        ({"coverage": 0.0, "listed": 0}, ""),
    ],
)
def test_the_first_run_has_popular_lists_for_its_mark(given: dict[str, Any], told: str) -> None:
    assert refusal(**given) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ""),
        ({"ndcg": 0.1801, "recall": 0.2701}, ""),
        (
            {"ndcg": 0.17},
            (
                "NDCG@10 is 1.70 times that of popular lists; the run before had 2.00 times, "
                "and below 1.80 it is more than chance."
            ),
        ),
        (
            {"recall": 0.26},
            (
                "Recall@20 is 1.30 times that of popular lists; the run before had 1.50 times, "
                "and below 1.35 it is more than chance."
            ),
        ),
        # Harder days: worse than the run before was on its own, but as much better than popular.
        ({"ndcg": 0.02, "recall": 0.03, "popular": (0.01, 0.02)}, ""),
        # Easier days: better than the run before was, but hardly better than popular lists.
        (
            {"ndcg": 0.5, "recall": 0.9, "popular": (0.4, 0.6)},
            (
                "NDCG@10 is 1.25 times that of popular lists; the run before had 2.00 times, "
                "and below 1.80 it is more than chance."
            ),
        ),
        ({"popular": (0.0, 0.0)}, ""),
        ({"coverage": 0.3, "listed": 500}, ""),
        (
            {"coverage": 0.29},
            (
                "29.0% of the catalogue is shown to anybody, less than 50% of the 60.0% that are "
                "usual."
            ),
        ),
        ({"listed": 499}, "499 customers have lists, less than 50% of the 1,000 that are usual."),
    ],
)
def test_what_is_usual_is_the_mark_as_well(given: dict[str, Any], told: str) -> None:
    assert refusal(measured(), **given) == told


def test_one_lucky_run_is_no_mark_for_those_after_it() -> None:
    lucky = measured(ndcg=0.9, recall=0.9)

    assert refusal(lucky, measured(), measured()) == ""
    assert refusal(lucky, measured(), measured(), ndcg=0.17) == (
        "NDCG@10 is 1.70 times that of popular lists; the median of 3 runs is 2.00 times, "
        "and below 1.80 it is more than chance."
    )


def test_what_may_be_chance_at_so_few_shoppers_is_no_reason_to_refuse() -> None:
    # At 100 shoppers who are apart by twice the lift one standard error is a fifth of it.
    usual = measured(spread=2.0)

    assert refusal(usual, held_out=100, ndcg=0.15) == ""
    assert "below 1.47 it is more than chance" in refusal(usual, held_out=100, ndcg=0.14)
    assert "below 1.69 it is more than chance" in refusal(usual, held_out=1000, ndcg=0.15)


def test_a_run_that_learned_from_old_events_only_is_refused() -> None:
    assert judged(measured(), data_age=timedelta(days=2)).passes

    verdict = judged(measured(), data_age=timedelta(days=10, hours=3))

    assert not verdict.passes
    assert verdict.text == (
        "The newest event is of 2026-11-12 00:00 UTC, 10 days before the run: see whether events "
        "are still collected."
    )


def test_a_run_that_passes_is_told_with_its_numbers() -> None:
    verdict = judged(measured(), [measured()])

    assert verdict.passes
    assert verdict.text == (
        "Good enough beside popular lists, for 50 customers: "
        "NDCG@10 0.2000 beside 0.1000, Recall@20 0.3000 beside 0.2000."
    )


def test_a_run_that_measured_nothing_is_too_few_to_judge() -> None:
    verdict = judged(Measured.read({}, listed=12))

    assert not verdict.passes
    assert verdict.text.startswith("Too few to judge: 0 customers")


@pytest.mark.parametrize(
    ("given", "is_mark"), [({}, True), ({"held_out": 19}, False), ({"ndcg": 0.0}, False)]
)
def test_what_was_not_judged_is_no_mark(given: dict[str, Any], is_mark: bool) -> None:
    assert is_comparable(measured(**given), Minima()) is is_mark
