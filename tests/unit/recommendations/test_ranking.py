"""Lists of popular products by category."""

from recommendations.popularity import rank_by_category

CATEGORIES = {
    1: ("tools", "tools/drills"),
    2: ("tools", "tools/saws"),
    3: ("garden",),
}


def test_a_product_counts_in_its_category_and_in_all_above() -> None:
    ranked = rank_by_category({1: 5.0, 2: 8.0, 3: 6.0}, CATEGORIES, length=10)

    assert ranked == {
        "": [(2, 8.0), (3, 6.0), (1, 5.0)],
        "tools": [(2, 8.0), (1, 5.0)],
        "tools/drills": [(1, 5.0)],
        "tools/saws": [(2, 8.0)],
        "garden": [(3, 6.0)],
    }


def test_lists_are_cut_and_ties_are_stable() -> None:
    ranked = rank_by_category({3: 1.0, 2: 1.0, 1: 1.0}, CATEGORIES, length=2)

    assert ranked[""] == [(1, 1.0), (2, 1.0)]


def test_what_came_back_as_often_as_it_was_bought_is_not_popular() -> None:
    assert rank_by_category({1: 0.0, 2: -3.0}, CATEGORIES, length=2) == {}


def test_a_product_without_a_category_entry_is_left_out() -> None:
    assert rank_by_category({9: 5.0}, CATEGORIES, length=2) == {}
