"""A dead server costs one time-out a pause."""

import time

import pytest

from shop.core.breaker import Guard
from shop.core.errors import StoreUnavailable


def call(guard: Guard, error: Exception | None = None) -> str:
    with guard():
        if error:
            raise error
        return "answered"


def guard(*, pause_seconds: float = 60) -> Guard:
    return Guard(
        "shelf",
        unreachable=(ConnectionError,),
        refused=(PermissionError,),
        pause_seconds=pause_seconds,
    )


def test_a_drivers_error_becomes_ours() -> None:
    with pytest.raises(StoreUnavailable, match="shelf is unavailable: nobody there"):
        call(guard(), ConnectionError("nobody there"))


def test_after_a_failure_calls_are_refused_without_being_made() -> None:
    watched = guard()
    with pytest.raises(StoreUnavailable):
        call(watched, ConnectionError())

    with pytest.raises(StoreUnavailable, match="a moment ago"):
        call(watched)


def test_a_refusal_is_translated_but_the_server_is_asked_again() -> None:
    watched = guard()

    with pytest.raises(StoreUnavailable, match="read only"):
        call(watched, PermissionError("read only"))

    assert call(watched) == "answered"


def test_other_errors_are_bugs_and_rise_as_they_are() -> None:
    with pytest.raises(KeyError):
        call(guard(), KeyError("x"))


def test_after_the_pause_one_call_tries_and_the_others_do_not_wait_with_it() -> None:
    watched = guard(pause_seconds=0.02)
    with pytest.raises(StoreUnavailable):
        call(watched, ConnectionError())
    time.sleep(0.03)

    with watched(), pytest.raises(StoreUnavailable, match="a moment ago"):
        call(watched)

    assert call(watched) == "answered"
