"""Lanes follow from distance."""

import pytest

from shop.demo.network import areas, lanes_of, miles, network

WAREHOUSES = {each["code"]: each for each in network()["warehouses"]}


def prefixes(code: str, level: str) -> dict[str, tuple[int, int]]:
    return {
        prefix: (lane.transit_days, lane.fee_minor)
        for lane in lanes_of(WAREHOUSES[code])
        if lane.service_level == level
        for prefix in lane.postal_areas.split(", ")
    }


def test_distance_is_measured_over_the_ground() -> None:
    san_francisco, new_york = (37.7749, -122.4194), (40.7128, -74.0060)

    assert miles(san_francisco, new_york) == pytest.approx(2566, abs=5)
    assert areas()["941"][0] == "CA"


def test_near_is_fast_and_cheap_and_far_is_neither() -> None:
    standard = prefixes("SCK1", "standard")

    assert standard["952"] == (1, 490)
    assert standard["941"] == (1, 490)
    assert standard["100"] == (6, 990)
    assert prefixes("SCK1", "express")["941"] == (1, 1490)


def test_few_warehouses_reach_over_the_sea_and_none_the_far_territories() -> None:
    reach = {code: prefixes(code, "standard") for code in WAREHOUSES}

    assert [code for code in reach if "995" in reach[code]] == ["SCK1"]
    assert [code for code in reach if "968" in reach[code]] == ["SCK1"]
    assert [code for code in reach if "009" in reach[code]] == ["ATL1"]
    assert [code for code in reach if "969" in reach[code]] == []
    assert "995" not in prefixes("SCK1", "express")


def test_some_warehouses_serve_only_their_region() -> None:
    allentown = prefixes("ABE1", "standard")

    assert "100" in allentown
    assert "941" not in allentown


def test_every_mainland_area_is_served() -> None:
    served = set().union(*(prefixes(code, "standard") for code in WAREHOUSES))
    mainland = {
        prefix
        for prefix, (state, _) in areas().items()
        if state not in {"AA", "AE", "AP", "AS", "FM", "GU", "MH", "MP", "PW", "VI"}
    }

    assert mainland - served == set()
