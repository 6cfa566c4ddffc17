"""How much better one share is than another."""

import pytest

from recommendations.lift import Lift, Share, compare


def test_the_interval_is_that_of_katz() -> None:
    # SciPy's example for `relative_risk`, of the same method: 2.4495 (1.5837 to 3.7887).
    lift = compare(Share(hits=27, total=122), Share(hits=44, total=487))

    assert lift is not None
    assert (lift.percent, lift.low, lift.high) == pytest.approx(
        (144.951565, 58.369909, 278.867863), abs=1e-3
    )
    assert lift.is_certain


def test_equal_shares_have_no_lift_and_no_certainty() -> None:
    lift = compare(Share(hits=50, total=1000), Share(hits=50, total=1000))

    assert lift is not None
    assert lift.percent == 0
    assert (lift.low, lift.high) == pytest.approx((-31.7, 46.5), abs=0.1)
    assert not lift.is_certain


@pytest.mark.parametrize(
    ("model", "control"),
    [
        (Share(hits=0, total=0), Share(hits=0, total=0)),
        (Share(hits=900, total=9000), Share(hits=9, total=500)),
        (Share(hits=9, total=9000), Share(hits=10, total=500)),
    ],
)
def test_fewer_than_ten_say_nothing(model: Share, control: Share) -> None:
    assert compare(model, control) is None


def test_when_everybody_did_there_is_nothing_left_to_doubt() -> None:
    assert compare(Share(hits=10, total=10), Share(hits=20, total=20)) == Lift(
        percent=0, low=0, high=0
    )
