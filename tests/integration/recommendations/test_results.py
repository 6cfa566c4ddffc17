"""What rows are worth: counted from the lake by day, place and group."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from recommendations.interactions import read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.lift import Share
from recommendations.models import GroupDay, PlaceDay
from recommendations.results import count_results
from recommendations.results_report import report_results
from recommendations.selectors import Group
from shop.core.money import Money
from tests.factories.recommendations import customer_in, visitor_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
MODEL, CONTROL = visitor_in(Group.MODEL), visitor_in(Group.CONTROL)
_numbers = count(1)


def _happen(lake: EventLake, kind: str, *, days_ago: int = 0, **fields: Any) -> None:
    event = {
        "event_id": f"e{next(_numbers)}",
        "kind": kind,
        "occurred_at": (NOW - timedelta(days=days_ago)).isoformat(),
        "visitor": MODEL,
        **fields,
    }
    interaction = read_interaction(event, now=NOW)
    lake.write(Partition(kind, interaction.day), [interaction])


def _shown(lake: EventLake, place: str, *, group: str = "model", **fields: Any) -> None:
    _happen(lake, "impression", place=place, group=group, strategy="personal", **fields)


def _sold(lake: EventLake, minor: int, *, outcome: str = "confirmed", **fields: Any) -> None:
    order = {"order_number": "A", "lines": [], "currency": "USD", "total_minor": minor}
    _happen(lake, "order", outcome=outcome, **{**order, **fields})


def _places(day: date = TODAY) -> list[tuple[str, str, int, int, int]]:
    rows = PlaceDay.objects.filter(day=day).order_by("place", "group")
    return list(rows.values_list("place", "group", "shown", "clicked", "added"))


def _groups(day: date = TODAY) -> list[tuple[str, int, int, int, str]]:
    rows = GroupDay.objects.filter(day=day).order_by("group", "currency")
    return list(rows.values_list("group", "shoppers", "buyers", "revenue_minor", "currency"))


def test_shoppers_are_counted_once_a_day_and_place(lake: EventLake) -> None:
    for _ in range(3):
        _shown(lake, "for-you")
        _happen(lake, "click", sku="A", place="for-you")
        _happen(lake, "cart", sku="A", action="add", place="for-you")
    _shown(lake, "for-you", visitor="another")
    _shown(lake, "for-you", visitor=CONTROL, group="control")
    _shown(lake, "cart")

    count_results(lake, today=TODAY)

    assert _places() == [
        ("cart", "model", 1, 0, 0),
        ("for-you", "control", 1, 0, 0),
        ("for-you", "model", 2, 1, 1),
    ]


def test_a_customer_counts_once_whatever_the_browser(lake: EventLake) -> None:
    for browser in ("phone", "laptop"):
        _shown(lake, "cart", visitor=browser, customer_id=7)

    count_results(lake, today=TODAY)

    assert _places() == [("cart", "model", 1, 0, 0)]


def test_only_what_was_shown_and_put_in_counts(lake: EventLake) -> None:
    _shown(lake, "cart")
    _happen(lake, "click", sku="A", place="cart", visitor="by a link passed on")
    _happen(lake, "click", sku="A", place="order")
    _happen(lake, "click", sku="A")
    _happen(lake, "cart", sku="A", action="remove", place="cart")
    _happen(lake, "click", sku="A", place="cart", days_ago=1)

    count_results(lake, today=TODAY)

    assert _places() == [("cart", "model", 1, 0, 0)]


def test_a_click_in_an_email_counts_for_the_day_it_was_sent(lake: EventLake) -> None:
    _shown(lake, "mail", days_ago=2)
    _shown(lake, "cart", days_ago=2)
    _happen(lake, "click", sku="A", place="mail")
    _happen(lake, "click", sku="A", place="cart")

    count_results(lake, today=TODAY)

    assert _places(TODAY - timedelta(days=2)) == [
        ("cart", "model", 1, 0, 0),
        ("mail", "model", 1, 1, 0),
    ]


def test_groups_are_told_by_who_came_and_what_was_paid(lake: EventLake) -> None:
    buyer = customer_in(Group.CONTROL)
    _happen(lake, "view", sku="A")
    _happen(lake, "search", text="lamp")
    _shown(lake, "popular", visitor="only looking")
    _shown(lake, "mail", visitor="not there")
    _sold(lake, 2500, customer_id=buyer)
    _sold(lake, 1000, customer_id=buyer)
    _sold(lake, 700)
    _sold(lake, 900, currency="EUR")
    _sold(lake, 9999, outcome="placed", visitor="does not pay")
    _sold(lake, 9999, outcome="delivered", visitor="was paid before")

    count_results(lake, today=TODAY)

    assert _groups() == [
        ("control", 1, 1, 3500, "USD"),
        ("model", 2, 1, 900, "EUR"),
        ("model", 2, 1, 700, "USD"),
    ]


def test_an_event_in_two_files_counts_once(lake: EventLake) -> None:
    for _ in range(2):
        _sold(lake, 700, event_id="order:A:confirmed")

    count_results(lake, today=TODAY)

    assert _groups() == [("model", 1, 1, 700, "USD")]


def test_counting_again_replaces_the_last_three_days_and_no_more(lake: EventLake) -> None:
    _shown(lake, "cart", days_ago=3)
    count_results(lake, today=TODAY - timedelta(days=1))
    _shown(lake, "cart")
    _shown(lake, "cart", visitor="another", days_ago=3)
    count_results(lake, today=TODAY)
    lake.drop(Partition("impression", TODAY))

    rows = count_results(lake, today=TODAY)

    assert rows == 0
    assert _places() == []
    assert _places(TODAY - timedelta(days=3)) == [("cart", "model", 1, 0, 0)]


def test_nothing_happened_nothing_is_counted(lake: EventLake) -> None:
    assert count_results(lake, today=TODAY) == 0


def test_the_report_adds_up_four_weeks() -> None:
    for ago, group, shown, clicked, added in [
        (0, "model", 1000, 60, 6),
        (27, "model", 1000, 60, 6),
        (28, "model", 1000, 1000, 1000),
        (0, "control", 100, 4, 0),
        (1, "control", 100, 6, 1),
    ]:
        PlaceDay.objects.create(
            day=TODAY - timedelta(days=ago),
            place="cart",
            group=group,
            shown=shown,
            clicked=clicked,
            added=added,
        )
    GroupDay.objects.create(
        day=TODAY, group="model", shoppers=400, buyers=20, revenue_minor=100_000, currency="USD"
    )

    report = report_results(today=TODAY)

    [cart] = report.places
    assert (report.since, report.until) == (date(2026, 10, 26), TODAY)
    assert cart.clicked[Group.MODEL] == Share(hits=120, total=2000)
    assert cart.clicked[Group.CONTROL] == Share(hits=10, total=200)
    assert cart.added[Group.MODEL] == Share(hits=12, total=2000)
    assert cart.click_lift is not None
    assert round(cart.click_lift.percent, 6) == 20
    assert not cart.click_lift.is_certain
    model, control = report.groups[Group.MODEL], report.groups[Group.CONTROL]
    assert (model.buyers.percent, model.revenue_each) == (5, Money(250))
    assert (control.buyers, control.revenue_each) == (Share(hits=0, total=0), Money(0))
    assert report.buyer_lift is None
