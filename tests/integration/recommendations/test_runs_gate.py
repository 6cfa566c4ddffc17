"""The rules by which a run may be published without anybody looking."""

from typing import Any

import pytest

from recommendations.runs.gate import Measured, Minima, Scores, judge


def measured(
    *,
    held_out: int = 50,
    ndcg: float = 0.2,
    recall: float = 0.3,
    coverage: float = 0.6,
    popular: tuple[float, float] = (0.1, 0.2),
    listed: int = 1000,
) -> Measured:
    """Return a run twice as good as popular lists by NDCG, and 1.5 times by recall."""
    return Measured(
        held_out=held_out,
        model=Scores(ndcg=ndcg, recall=recall, coverage=coverage),
        popularity=Scores(ndcg=popular[0], recall=popular[1], coverage=0.02),
        listed=listed,
    )


def refusal(live: Measured | None = None, **given: Any) -> str:
    verdict = judge(measured(**given), live, Minima())
    return "" if verdict.passes else verdict.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ""),
        ({"held_out": 20}, ""),
        (
            {"held_out": 19},
            (
                "Too few to judge: 19 customers bought something on the held-out days, and 20 are "
                "needed. Staff may publish it by hand."
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
        ({"coverage": 0.0, "listed": 0}, ""),
    ],
)
def test_without_a_live_run_popular_lists_are_the_mark(given: dict[str, Any], told: str) -> None:
    assert refusal(**given) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ""),
        ({"ndcg": 0.1801, "recall": 0.2701}, ""),
        (
            {"ndcg": 0.17},
            (
                "NDCG@10 is 1.70 times that of popular lists, less than 90% of the live run's "
                "2.00 times."
            ),
        ),
        (
            {"recall": 0.26},
            (
                "Recall@20 is 1.30 times that of popular lists, less than 90% of the live run's "
                "1.50 times."
            ),
        ),
        # Harder days: worse than the live run was on its own, but as much better than popular.
        ({"ndcg": 0.02, "recall": 0.03, "popular": (0.01, 0.02)}, ""),
        # Easier days: better than the live run was, but hardly better than popular lists.
        (
            {"ndcg": 0.5, "recall": 0.9, "popular": (0.4, 0.6)},
            (
                "NDCG@10 is 1.25 times that of popular lists, less than 90% of the live run's "
                "2.00 times."
            ),
        ),
        ({"popular": (0.0, 0.0)}, ""),
        ({"coverage": 0.3, "listed": 500}, ""),
        (
            {"coverage": 0.29},
            "29.0% of the catalogue is shown to anybody, less than 50% of the live run's 60.0%.",
        ),
        ({"listed": 499}, "499 customers have lists, less than 50% of the live run's 1,000."),
    ],
)
def test_a_live_run_is_the_mark_as_well(given: dict[str, Any], told: str) -> None:
    assert refusal(live=measured(), **given) == told


def test_a_run_that_passes_is_told_with_its_numbers() -> None:
    verdict = judge(measured(), measured(), Minima())

    assert verdict.passes
    assert verdict.text == (
        "Good enough beside popular lists, for 50 customers: "
        "NDCG@10 0.2000 beside 0.1000, Recall@20 0.3000 beside 0.2000."
    )


def test_a_run_that_measured_nothing_is_too_few_to_judge() -> None:
    verdict = judge(Measured.read({}, listed=12), None, Minima())

    assert not verdict.passes
    assert verdict.text.startswith("Too few to judge: 0 customers")
