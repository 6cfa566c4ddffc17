"""Who is in the control group."""

from collections import Counter

import pytest

from recommendations.serving.groups import group_of
from recommendations.types import Group, Shopper


def test_one_in_twenty_shoppers_is_in_the_control_group() -> None:
    groups = Counter(group_of(f"c{number}") for number in range(100_000))

    # Five percent, give or take four standard deviations.
    assert 4_724 <= groups[Group.CONTROL] <= 5_276
    assert groups.total() == 100_000


def test_a_shopper_stays_in_a_group() -> None:
    first = [group_of(f"v{number}") for number in range(1000)]

    assert [group_of(f"v{number}") for number in range(1000)] == first
    # Told from the digest, not from a process: these were dealt when this test was written.
    assert [number for number in range(100) if group_of(f"c{number}") is Group.CONTROL] == [
        8,
        37,
        66,
        71,
    ]


@pytest.mark.parametrize(
    ("shopper", "key"),
    [
        (Shopper(visitor="ada", customer_id=7), "c7"),
        (Shopper(visitor="ada"), "vada"),
    ],
)
def test_a_customer_is_one_shopper_on_every_device(shopper: Shopper, key: str) -> None:
    assert shopper.key == key
