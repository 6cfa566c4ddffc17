"""Which lane wins for which prefix."""

from hypothesis import given
from hypothesis import strategies as st

from logistics.domain.postal_areas import prefixes_of
from logistics.domain.zones import LaneZone, ZoneRow, build_rows


def lane(lane_id: int, *prefixes: str, level: str = "standard", transit: int = 3) -> LaneZone:
    return LaneZone(
        lane_id=lane_id,
        carrier_id=1,
        country="US",
        service_level=level,
        prefixes=prefixes,
        transit_days=transit,
        fee_minor=500,
        currency="USD",
    )


def won(lanes: list[LaneZone]) -> dict[tuple[str, str], int]:
    return {(row.prefix, row.lane.service_level): row.lane.lane_id for row in build_rows(lanes)}


def look_up(rows: list[ZoneRow], code: str) -> dict[str, int]:
    """As the selector does: the longest matching prefix answers alone."""
    matching = [row for row in rows if code.startswith(row.prefix)]
    longest = max((len(row.prefix) for row in matching), default=0)
    return {
        row.lane.service_level: row.lane.lane_id for row in matching if len(row.prefix) == longest
    }


def test_more_specific_lane_wins() -> None:
    assert won([lane(1, "9"), lane(2, "94")]) == {("9", "standard"): 1, ("94", "standard"): 2}


def test_prefix_of_one_level_inherits_the_other_from_a_shorter_prefix() -> None:
    assert won([lane(1, "9"), lane(2, "941", level="express")]) == {
        ("9", "standard"): 1,
        ("941", "standard"): 1,
        ("941", "express"): 2,
    }


def test_of_two_lanes_for_one_prefix_the_faster_wins() -> None:
    assert won([lane(1, "94", transit=3), lane(2, "94", transit=2)]) == {("94", "standard"): 2}


def test_of_two_equal_lanes_the_older_wins() -> None:
    assert won([lane(2, "94"), lane(1, "94")]) == {("94", "standard"): 1}


def test_whole_country_is_the_last_resort() -> None:
    rows = list(build_rows([lane(1, ""), lane(2, "94")]))

    assert look_up(rows, "10001") == {"standard": 1}
    assert look_up(rows, "94103") == {"standard": 2}


codes = st.text("01", min_size=3, max_size=3)
lanes_drawn = st.lists(
    st.tuples(
        st.lists(st.text("01", max_size=3), min_size=1, max_size=4),
        st.sampled_from(["standard", "express"]),
        st.integers(0, 3),
    ),
    max_size=6,
)


@given(lanes_drawn, codes)
def test_look_up_in_the_rows_equals_the_rule_itself(
    drawn: list[tuple[list[str], str, int]], code: str
) -> None:
    lanes = [
        lane(index, *prefixes, level=level, transit=transit)
        for index, (prefixes, level, transit) in enumerate(drawn)
    ]

    expected = {}
    for level in ("standard", "express"):
        candidates = [
            (-len(prefix), one.rank)
            for one in lanes
            for prefix in one.prefixes
            if one.service_level == level and prefix in prefixes_of(code)
        ]
        if candidates:
            expected[level] = min(candidates)[1][2]
    assert look_up(list(build_rows(lanes)), code) == expected
