"""The lists that the nightly application writes, of a crowd that likes even or odd products."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from tests.integration.recommendations.conftest import NightlyRun
from tests.integration.recommendations.nightly_runs import (
    CUSTOMERS,
    PRODUCTS,
    RETIRED,
    UNCATALOGUED,
    Event,
    crowd,
    tables,
)

PUBLISHED = set(range(1, PRODUCTS + 1)) - {RETIRED}


@pytest.fixture(scope="module")
def written(undisturbed: NightlyRun) -> dict[str, Any]:
    return tables(undisturbed.folder)


def _purchases() -> dict[int, list[tuple[float, int]]]:
    """Return (-days ago, product) of what each customer bought."""
    bought: dict[int, list[tuple[float, int]]] = {
        customer: [] for customer in range(1, CUSTOMERS + 1)
    }
    for each in crowd():
        for line in _lines(each):
            bought[each["customer_id"]].append((each["occurred_at"], line["product_id"]))
    return bought


def _lines(each: Event) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = each.get("lines", [])
    return lines


def test_every_customer_has_lists_of_products_that_are_new_to_them_and_in_the_shop(
    written: dict[str, Any],
) -> None:
    purchases = _purchases()

    assert [row["customer_id"] for row in sorted_by_id(written)] == list(purchases)
    for row in written["customers"]:
        bought = {product for _, product in purchases[row["customer_id"]]}
        assert set(row["bought"]) == bought
        assert set(row["for_you"]) <= PUBLISHED - bought
        assert len(set(row["for_you"])) == len(row["for_you"])
    firsts = [row["for_you"][0] % 2 == row["customer_id"] % 2 for row in written["customers"]]
    assert sum(firsts) >= CUSTOMERS - 2


def test_category_lists_are_cut_from_the_same_ranking(written: dict[str, Any]) -> None:
    for row in written["customers"]:
        assert [each["path"] for each in row["categories"]] == ["lighting", "tools"]
        for each in row["categories"]:
            inside = [p for p in row["for_you"] if (p % 2 == 0) == (each["path"] == "lighting")]
            assert each["products"] == inside[: len(each["products"])]


def test_what_was_bought_on_several_days_is_listed_to_be_bought_again(
    written: dict[str, Any],
) -> None:
    purchases = _purchases()

    for row in written["customers"]:
        days = Counter(product for _, product in set(purchases[row["customer_id"]]))
        often = {product for product, count in days.items() if count > 1}
        assert set(row["buy_again"]) == often & PUBLISHED


def test_products_are_beside_their_kind_and_retired_ones_nowhere(written: dict[str, Any]) -> None:
    assert {row["product_id"] for row in written["products"]} == PUBLISHED
    for row in written["products"]:
        kin = {p for p in PUBLISHED if p % 2 == row["product_id"] % 2} - {row["product_id"]}
        assert set(row["together"]) <= kin
        assert row["together"]
        assert set(row["similar"]) <= PUBLISHED - {row["product_id"]}
        assert row["similar"][0] in kin
    assert UNCATALOGUED not in PUBLISHED


def test_each_category_and_the_whole_shop_have_a_popular_list(written: dict[str, Any]) -> None:
    popular = {row["path"]: row["products"] for row in written["categories"]}

    assert list(popular) == ["", "lighting", "tools", "tools/saws"]
    assert set(popular[""]) == PUBLISHED
    assert popular["lighting"] == [p for p in popular[""] if p % 2 == 0]
    assert popular["tools/saws"] == popular["tools"] == [p for p in popular[""] if p % 2]


def test_the_model_is_measured_beside_popularity_on_the_days_held_out(
    written: dict[str, Any],
) -> None:
    result = written["result"]
    metrics = result["metrics"]

    # The newest event: a guest's view, or a purchase on the first of the days.
    newest = max(each["occurred_at"] for each in crowd())
    assert datetime.fromisoformat(result["data_until"]) == datetime.fromisoformat(newest)
    assert (result["customers"], result["products"]) == (CUSTOMERS, len(PUBLISHED))
    assert (metrics["held_out_days"], metrics["cut"]) == (7, "2026-04-12")
    assert metrics["model"]["ndcg"] > 1.5 * metrics["popularity"]["ndcg"]
    days = [name for name in metrics["segments"] if name.startswith(("bought", "nothing"))]
    assert sum(metrics["segments"][name]["customers"] for name in days) == metrics["customers"]
    assert 0 < metrics["spread"]["ndcg"] < 10
    assert 0 < metrics["spread"]["recall"] < 10
    assert set(metrics["model"]) == set(metrics["popularity"]) == {"ndcg", "recall", "coverage"}


def sorted_by_id(written: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(written["customers"], key=lambda row: int(row["customer_id"]))
