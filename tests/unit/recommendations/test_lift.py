"""How much better one share is than another."""

import math
from random import Random

import pytest

from recommendations.lift import Lift, Share, compare


def _of(hits: int, total: int, parts: int = 50) -> Share:
    """Return a share whose parts are all alike."""
    return Share.of([(hits // parts, total // parts)] * parts)


def test_the_parts_make_the_share() -> None:
    share = Share.of([(1, 10), (0, 0), (2, 5)])

    assert (share.hits, share.total, share.parts) == (3, 15, ((1, 10), (2, 5)))
    assert Share.of([]) == Share(hits=0, total=0)


def test_the_interval_is_as_wide_as_the_parts_differ() -> None:
    # Per part 8 or 12 of 100, and 4 or 6 of 100: each a fifth off, with 49 degrees of freedom.
    model = Share.of([(8, 100), (12, 100)] * 25)
    control = Share.of([(4, 100), (6, 100)] * 25)

    lift = compare(model, control)

    reach = 1.984467 * math.sqrt(2 * 0.2**2 / 49)  # Student's t for 98
    assert lift is not None
    assert (lift.percent, lift.low, lift.high) == pytest.approx(
        (100, 100 * (2 * math.exp(-reach) - 1), 100 * (2 * math.exp(reach) - 1)), abs=0.01
    )
    assert lift.is_certain


def test_where_nothing_differs_there_is_nothing_to_doubt() -> None:
    assert compare(_of(100, 1000), _of(50, 1000)) == Lift(percent=100, low=100, high=100)


@pytest.mark.parametrize(
    ("model", "control"),
    [
        (Share(hits=0, total=0), Share(hits=0, total=0)),
        (_of(900, 9000), Share.of([(1, 50)] * 9 + [(0, 50)] * 41)),
        (Share.of([(1, 50)] * 9 + [(0, 50)] * 41), _of(900, 9000)),
    ],
)
def test_fewer_than_ten_hits_say_nothing(model: Share, control: Share) -> None:
    assert compare(model, control) is None


def test_fewer_than_ten_parts_say_nothing() -> None:
    assert compare(_of(900, 9000), _of(900, 9000, parts=9)) is None


def test_groups_that_are_alike_are_hardly_ever_told_apart() -> None:
    """Shoppers come on one day or on many, and each clicks as he or she is wont to."""
    dice = Random(1)

    def is_certain() -> bool:
        parts = {is_control: [[0, 0] for _ in range(50)] for is_control in (True, False)}
        for shopper in range(4000):
            part = parts[dice.random() < 0.05][shopper % 50]
            days, rate = min(28, 1 + int(dice.expovariate(1 / 6))), dice.betavariate(0.3, 2.7)
            part[0] += sum(dice.random() < rate for _ in range(days))
            part[1] += days
        shares = [
            Share.of([(hits, total) for hits, total in parts[each]]) for each in (False, True)
        ]
        lift = compare(*shares)
        return lift is not None and lift.is_certain

    assert sum(is_certain() for _ in range(150)) <= 15
