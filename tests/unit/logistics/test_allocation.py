"""Choosing the warehouses that send an order."""

from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.domain.allocation import Allocation, Source, allocate, find_shortages


def source(warehouse: str, day: int = 5, fee: int = 500, **available: int) -> Source:
    return Source(
        warehouse=warehouse, delivery_date=date(2026, 3, day), fee=fee, available=available
    )


def test_one_parcel_is_better_than_two_earlier_ones() -> None:
    sources = [source("A", 3, lamp=1), source("B", 3, rug=1), source("C", 9, lamp=1, rug=1)]

    assert allocate({"lamp": 1, "rug": 1}, sources) == {"C": {"lamp": 1, "rug": 1}}


def test_of_equally_many_parcels_the_earliest_is_chosen() -> None:
    assert allocate({"lamp": 1}, [source("A", 4, 0, lamp=1), source("B", 3, 900, lamp=1)]) == {
        "B": {"lamp": 1}
    }


def test_of_equally_early_parcels_the_cheapest_is_chosen() -> None:
    assert allocate({"lamp": 1}, [source("A", 3, 500, lamp=1), source("B", 3, 400, lamp=1)]) == {
        "B": {"lamp": 1}
    }


def test_line_is_split_over_warehouses_only_if_it_must_be() -> None:
    assert allocate({"lamp": 5}, [source("A", 3, lamp=3), source("B", 4, lamp=4)]) == {
        "A": {"lamp": 3},
        "B": {"lamp": 2},
    }


def test_line_comes_whole_from_one_warehouse_of_a_split_order() -> None:
    sources = [source("A", 3, lamp=3, rug=1), source("B", 4, lamp=5, vase=1)]

    assert allocate({"lamp": 4, "rug": 1, "vase": 1}, sources) == {
        "A": {"rug": 1},
        "B": {"lamp": 4, "vase": 1},
    }


def test_dearest_parcel_counts_once_or_all_are_added_up_by_policy() -> None:
    sources = [
        source("A", 3, 600, lamp=1),
        source("B", 3, 600, rug=1),
        source("C", 3, 100, lamp=1),
        source("D", 3, 700, rug=1),
    ]
    wanted = {"lamp": 1, "rug": 1}

    # A+B: dearest 600, sum 1200; C+B: dearest 600, sum 700; D: dearest 700.
    assert allocate(wanted, sources) == {"A": {"lamp": 1}, "B": {"rug": 1}}
    assert allocate(wanted, sources, fee_policy="sum") == {"C": {"lamp": 1}, "B": {"rug": 1}}


@pytest.mark.parametrize("sources", [[], [source("A", lamp=1)], [source("A", rug=9)]])
def test_nothing_is_allocated_if_all_together_are_short(sources: list[Source]) -> None:
    assert allocate({"lamp": 2}, sources) is None


def test_shortages_name_what_is_left() -> None:
    sources = [source("A", lamp=1, rug=5), source("B", lamp=1)]

    assert find_shortages({"lamp": 3, "rug": 5, "vase": 1}, sources) == {"lamp": 2, "vase": 0}


SKUS = ("x", "y", "z")
wanted_units = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 6), min_size=1)
source_lists = st.lists(
    st.builds(
        Source,
        warehouse=st.text("ABCDEFGH", min_size=1, max_size=3),
        delivery_date=st.dates(date(2026, 3, 1), date(2026, 3, 4)),
        fee=st.integers(0, 3),
        available=st.dictionaries(st.sampled_from(SKUS), st.integers(0, 5)),
    ),
    max_size=6,
    unique_by=lambda one: one.warehouse,
)


def is_sufficient(wanted: dict[str, int], chosen: tuple[Source, ...]) -> bool:
    return not find_shortages(wanted, chosen)


def sent(allocation: Allocation) -> dict[str, int]:
    totals: dict[str, int] = {}
    for units in allocation.values():
        for sku, quantity in units.items():
            totals[sku] = totals.get(sku, 0) + quantity
    return totals


@given(wanted_units, source_lists, st.sampled_from([0, 20_000]))
def test_allocation_serves_exactly_what_is_wanted_from_what_is_there(
    wanted: dict[str, int], sources: list[Source], exact_limit: int
) -> None:
    allocation = allocate(wanted, sources, exact_limit=exact_limit)

    assert (allocation is None) == bool(find_shortages(wanted, sources))
    if allocation is not None:
        stock = {one.warehouse: one.available for one in sources}
        assert sent(allocation) == wanted
        assert all(
            0 < quantity <= stock[warehouse].get(sku, 0)
            for warehouse, units in allocation.items()
            for sku, quantity in units.items()
        )


@given(wanted_units, source_lists)
def test_no_other_choice_has_fewer_parcels_or_is_earlier_or_cheaper(
    wanted: dict[str, int], sources: list[Source]
) -> None:
    allocation = allocate(wanted, sources)

    subsets = chain.from_iterable(combinations(sources, size) for size in range(1, 7))
    costs = [
        (len(chosen), max(one.delivery_date for one in chosen), max(one.fee for one in chosen))
        for chosen in subsets
        if is_sufficient(wanted, chosen)
    ]
    if allocation is None:
        assert costs == []
    else:
        used = [one for one in sources if one.warehouse in allocation]
        assert min(costs) == (
            len(used),
            max(one.delivery_date for one in used),
            max(one.fee for one in used),
        )


@given(wanted_units, source_lists)
def test_order_of_the_sources_does_not_matter(
    wanted: dict[str, int], sources: list[Source]
) -> None:
    assert allocate(wanted, sources) == allocate(wanted, sources[::-1])


def test_many_warehouses_are_searched_greedily_and_quickly() -> None:
    sources = [source(f"W{index:02}", 1 + index % 20, **{f"s{index}": 1}) for index in range(40)]
    wanted = {f"s{index}": 1 for index in range(40)}

    allocation = allocate(wanted, sources)

    assert allocation is not None
    assert sent(allocation) == wanted
