"""From an order's moment to a delivery date."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.domain.calendar import (
    CarrierCalendar,
    DeliveryTime,
    WarehouseCalendar,
    promise_delivery,
)

WEEKDAYS = frozenset({1, 2, 3, 4, 5})
ALL_DAYS = frozenset(range(1, 8))
CHICAGO = ZoneInfo("America/Chicago")


def warehouse(
    *,
    timezone: str = "America/Chicago",
    cutoff: time = time(15),
    working_days: frozenset[int] = WEEKDAYS,
    holidays: tuple[date, ...] = (),
) -> WarehouseCalendar:
    return WarehouseCalendar(
        timezone=timezone,
        cutoff=cutoff,
        working_days=working_days,
        holidays=frozenset(holidays),
    )


def carrier(
    working_days: frozenset[int] = WEEKDAYS, holidays: tuple[date, ...] = ()
) -> CarrierCalendar:
    return CarrierCalendar(working_days=working_days, holidays=frozenset(holidays))


def promised(
    now: datetime,
    transit_days: int,
    by: WarehouseCalendar | None = None,
    using: CarrierCalendar | None = None,
) -> DeliveryTime:
    promise = promise_delivery(
        warehouse=by or warehouse(), carrier=using or carrier(), transit_days=transit_days, now=now
    )
    assert promise is not None
    return promise


def chicago(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("now", "transit_days", "delivery", "order_by"),
    [
        pytest.param(chicago(2, 14), 2, date(2026, 3, 4), chicago(2, 15), id="before the cut-off"),
        pytest.param(chicago(2, 15), 2, date(2026, 3, 5), chicago(3, 15), id="at the cut-off"),
        pytest.param(chicago(2, 23, 59), 2, date(2026, 3, 5), chicago(3, 15), id="late evening"),
        pytest.param(chicago(6, 14), 1, date(2026, 3, 9), chicago(6, 15), id="over the weekend"),
        pytest.param(chicago(6, 16), 1, date(2026, 3, 10), chicago(9, 15), id="Friday evening"),
        pytest.param(chicago(7, 9), 0, date(2026, 3, 9), chicago(9, 15), id="same day on Monday"),
    ],
)
def test_promise_counts_working_days_from_the_cutoff(
    now: datetime, transit_days: int, delivery: date, order_by: datetime
) -> None:
    assert promised(now, transit_days) == DeliveryTime(
        delivery_date=delivery, order_by=order_by.astimezone(UTC)
    )


def test_cutoff_is_read_in_the_time_zone_of_the_warehouse() -> None:
    now = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)  # 15:30 in Chicago, 13:30 in Los Angeles

    assert promised(now, 1).delivery_date == date(2026, 3, 4)
    assert promised(now, 1, warehouse(timezone="America/Los_Angeles")).delivery_date == date(
        2026, 3, 3
    )


def test_holidays_of_the_warehouse_put_off_the_dispatch() -> None:
    closed = warehouse(holidays=(date(2026, 3, 2), date(2026, 3, 3)))

    assert promised(chicago(2, 9), 1, closed) == DeliveryTime(
        delivery_date=date(2026, 3, 5), order_by=chicago(4, 15).astimezone(UTC)
    )


def test_holidays_of_the_carrier_put_off_the_delivery() -> None:
    resting = carrier(holidays=(date(2026, 3, 3),))

    assert promised(chicago(2, 9), 1, using=resting).delivery_date == date(2026, 3, 4)


def test_warehouse_open_when_the_carrier_rests_can_be_ordered_from_until_the_carrier_comes() -> (
    None
):
    every_day = warehouse(working_days=ALL_DAYS)

    promise = promised(
        chicago(6, 16), 1, every_day
    )  # Friday after the cut-off, no carrier until Monday

    assert promise == DeliveryTime(
        delivery_date=date(2026, 3, 10), order_by=chicago(9, 15).astimezone(UTC)
    )


@pytest.mark.parametrize(
    ("now", "cutoff", "order_by"),
    [
        # Summer time begins on 8 March 2026 at 02:00 in Chicago, and ends on 1 November at 02:00.
        pytest.param(
            chicago(8, 1), time(2, 30), datetime(2026, 3, 8, 8, 30, tzinfo=UTC), id="skipped hour"
        ),
        pytest.param(
            chicago(1, 0, month=11),
            time(1, 30),
            datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
            id="hour that comes twice",
        ),
        pytest.param(
            chicago(8, 12), time(15), datetime(2026, 3, 8, 20, tzinfo=UTC), id="after the change"
        ),
        pytest.param(
            chicago(7, 12), time(15), datetime(2026, 3, 7, 21, tzinfo=UTC), id="before the change"
        ),
    ],
)
def test_cutoff_stands_on_days_the_clocks_change(
    now: datetime, cutoff: time, order_by: datetime
) -> None:
    every_day = warehouse(working_days=ALL_DAYS, cutoff=cutoff)

    assert promised(now, 1, every_day, carrier(ALL_DAYS)).order_by == order_by


def test_calendar_without_a_working_day_promises_nothing() -> None:
    year = tuple(date(2026, 3, 1) + timedelta(days=offset) for offset in range(400))

    closed = promise_delivery(
        warehouse=warehouse(holidays=year), carrier=carrier(), transit_days=1, now=chicago(2, 9)
    )
    resting = promise_delivery(
        warehouse=warehouse(), carrier=carrier(holidays=year), transit_days=1, now=chicago(2, 9)
    )

    assert closed is None
    assert resting is None


days = st.frozensets(st.integers(1, 7), min_size=1)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants them naive
zones = st.sampled_from(
    ["America/Chicago", "America/Los_Angeles", "Pacific/Honolulu", "Europe/London", "UTC"]
)
cutoffs = st.times()


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WarehouseCalendar, CarrierCalendar]:
    off = st.lists(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=20)
    return (
        warehouse(
            timezone=draw(zones),
            cutoff=draw(cutoffs),
            working_days=draw(days),
            holidays=tuple(draw(off)),
        ),
        carrier(draw(days), tuple(draw(off))),
    )


@given(calendars(), st.integers(0, 20), moments)
def test_promise_is_never_in_the_past_and_falls_on_working_days(
    calendar: tuple[WarehouseCalendar, CarrierCalendar], transit_days: int, now: datetime
) -> None:
    by, using = calendar

    promise = promised(now, transit_days, by, using)

    assert promise.order_by > now
    assert promise.delivery_date >= now.astimezone(ZoneInfo(by.timezone)).date()
    assert using.is_working(promise.delivery_date)


@given(calendars(), st.integers(0, 20), moments)
def test_longer_transit_is_never_earlier(
    calendar: tuple[WarehouseCalendar, CarrierCalendar], transit_days: int, now: datetime
) -> None:
    by, using = calendar

    shorter = promised(now, transit_days, by, using)
    longer = promised(now, transit_days + 1, by, using)

    assert longer.delivery_date > shorter.delivery_date
    assert longer.order_by == shorter.order_by


@given(calendars(), st.integers(0, 5), moments, st.integers(0, 10_000))
def test_later_order_is_never_promised_earlier(
    calendar: tuple[WarehouseCalendar, CarrierCalendar],
    transit_days: int,
    now: datetime,
    minutes: int,
) -> None:
    by, using = calendar

    earlier = promised(now, transit_days, by, using)
    later = promised(now + timedelta(minutes=minutes), transit_days, by, using)

    assert later.delivery_date >= earlier.delivery_date


@given(calendars(), st.integers(0, 5), moments)
def test_promise_holds_until_its_cutoff_and_not_beyond(
    calendar: tuple[WarehouseCalendar, CarrierCalendar], transit_days: int, now: datetime
) -> None:
    by, using = calendar

    promise = promised(now, transit_days, by, using)

    just_before = promise.order_by - timedelta(microseconds=1)
    assert promised(just_before, transit_days, by, using) == promise
    assert (
        promised(promise.order_by, transit_days, by, using).delivery_date > promise.delivery_date
    )
