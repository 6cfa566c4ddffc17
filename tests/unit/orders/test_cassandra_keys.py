"""Times keep their microseconds, and years are those of UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from orders.archives.cassandra.keys import (
    Copy,
    ListKey,
    from_micros,
    to_micros,
    write_time,
    year_of,
)

moments = st.datetimes(timezones=st.just(UTC))


@given(moments)
def test_a_time_survives_to_the_microsecond(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment


@given(moments, moments)
def test_times_keep_their_order(one: datetime, other: datetime) -> None:
    assert (one < other) == (to_micros(one) < to_micros(other))


def test_the_year_is_that_of_utc() -> None:
    new_year = datetime(2025, 1, 1, tzinfo=UTC)

    assert year_of(new_year.astimezone(ZoneInfo("America/New_York"))) == 2025
    assert year_of((new_year - timedelta(seconds=1)).astimezone(ZoneInfo("Asia/Tokyo"))) == 2024


def test_a_guests_order_is_in_no_list() -> None:
    assert ListKey.at(None, 0, "A") is None


def test_a_write_is_later_than_the_copy_that_is_there_even_if_a_clock_is_not() -> None:
    ahead = to_micros(datetime(2999, 1, 1, tzinfo=UTC))

    assert write_time(Copy(listed_at=None, archived_at=0, written_at=ahead)) == ahead + 1
    assert write_time(None) < ahead
