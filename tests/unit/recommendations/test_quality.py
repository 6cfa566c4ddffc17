"""The measures of quality, by hand."""

import math

import pytest

from recommendations.spark.metrics import Quality, measure, ndcg, recall


def test_a_hit_counts_less_further_down() -> None:
    assert ndcg(["a", "b", "c"], {"a"}) == 1
    assert ndcg(["a", "b", "c"], {"c"}) == pytest.approx(0.5)
    assert ndcg(["x", "a"], {"a", "b"}) == pytest.approx(
        (1 / math.log2(3)) / (1 + 1 / math.log2(3))
    )


def test_recall_is_of_all_that_was_wanted() -> None:
    wanted = {f"{number}" for number in range(40)}

    assert recall([*map(str, range(30))], wanted) == 0.5


def test_a_customer_without_a_list_counts_as_zero() -> None:
    quality = measure({1: ["a"]}, {1: {"a"}, 2: {"b"}}, catalogue=4)

    assert quality == Quality(ndcg=0.5, recall=0.5, coverage=0.25, customers=2)
