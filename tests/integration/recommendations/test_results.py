"""What rows are worth: counted from the lake by day, place and group."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db.models import Sum

from recommendations.interactions import read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.lift import Share
from recommendations.models import GroupDay, PlaceDay
from recommendations.results import count_results
from recommendations.results_report import report_results
from recommendations.selectors import Group
from recommendations.serving.groups import keep_group
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
    rows = (
        PlaceDay.objects.filter(day=day).values_list("place", "group").order_by("place", "group")
    )
    return list(rows.annotate(Sum("shown"), Sum("clicked"), Sum("added")))


def _groups(day: date = TODAY) -> list[tuple[str, int, int, int, str]]:
    rows = GroupDay.objects.filter(day=day).order_by("group", "currency")
    sums = rows.values("group", "currency").annotate(
        Sum("shoppers"), Sum("buyers"), Sum("revenue_minor")
    )
    names = ("group", "shoppers__sum", "buyers__sum", "revenue_minor__sum", "currency")
    return list(sums.values_list(*names))


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
    _happen(lake, "wishlist", sku="A", action="add")
    _shown(lake, "popular", visitor="only looking")
    _happen(lake, "view", sku="A", visitor="a crawler")
    _happen(lake, "search", text="lamp", visitor="another")
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
        ("model", 1, 1, 900, "EUR"),
        ("model", 2, 1, 700, "USD"),
    ]


def test_an_event_in_two_files_counts_once(lake: EventLake) -> None:
    for _ in range(2):
        _sold(lake, 700, event_id="order:A:confirmed")

    count_results(lake, today=TODAY)

    assert _groups() == [("model", 1, 1, 700, "USD")]


def test_counting_again_replaces_the_last_seven_days_and_no_more(lake: EventLake) -> None:
    for days_ago in (6, 7):
        _shown(lake, "cart", days_ago=days_ago)
    count_results(lake, today=TODAY - timedelta(days=1))
    _shown(lake, "cart")
    for days_ago in (6, 7):
        _shown(lake, "cart", visitor="another", days_ago=days_ago)
    count_results(lake, today=TODAY)
    lake.drop(Partition("impression", TODAY))

    count_results(lake, today=TODAY)

    assert _places() == []
    assert _places(TODAY - timedelta(days=6)) == [("cart", "model", 2, 0, 0)]
    assert _places(TODAY - timedelta(days=7)) == [("cart", "model", 1, 0, 0)]


def test_a_guest_who_signs_in_to_pay_is_one_person_in_one_group(lake: EventLake) -> None:
    customer = customer_in(Group.MODEL)
    keep_group(customer_id=customer, visitor=CONTROL)
    _shown(lake, "cart", visitor=CONTROL, group="control")
    _happen(lake, "click", sku="A", place="cart", visitor=CONTROL)
    _happen(lake, "sign-in", visitor=CONTROL, customer_id=customer)
    _shown(lake, "cart", visitor="the next id", customer_id=customer, group="control")
    _sold(lake, 700, customer_id=customer)

    count_results(lake, today=TODAY)

    assert _places() == [("cart", "control", 1, 1, 0)]
    assert _groups() == [("control", 1, 1, 700, "USD")]


def test_all_that_a_shopper_does_is_in_one_bucket(lake: EventLake) -> None:
    for number in range(200):
        for days_ago in (0, 1):
            _shown(lake, "cart", visitor=f"visitor {number}", days_ago=days_ago)

    count_results(lake, today=TODAY)

    days = PlaceDay.objects.order_by("day", "bucket")
    first, second = (
        list(days.filter(day=day).values_list("bucket", "shown"))
        for day in (TODAY - timedelta(days=1), TODAY)
    )
    assert first == second
    assert [bucket for bucket, _ in first] == list(range(50))


class CountsReads(EventLake):
    """A lake that remembers what it was asked for."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.asked: Counter[Partition] = Counter()

    def read(self, partition: Partition, *, columns: Sequence[str] | None = None) -> pa.Table:
        self.asked[partition] += 1
        return super().read(partition, columns=columns)


@pytest.mark.parametrize("place", ["together", "popular"])
def test_where_the_groups_do_not_see_the_same_thing_there_is_no_lift(place: str) -> None:
    for group in Group:
        PlaceDay.objects.bulk_create(
            PlaceDay(
                day=TODAY, place=place, group=group, bucket=n, shown=100, clicked=9 + n, added=0
            )
            for n in range(10)
        )

    [result] = report_results(today=TODAY).places

    assert result.clicked[Group.MODEL].hits == 135
    assert (result.is_compared, result.click_lift) == (False, None)


def test_each_partition_is_read_once(tmp_path: Path) -> None:
    lake = CountsReads(f"file://{tmp_path}/lake")
    for place in ("cart", "mail", "for-you"):
        _shown(lake, place)
        _happen(lake, "click", sku="A", place=place)

    count_results(lake, today=TODAY)

    assert lake.asked[Partition("click", TODAY)] == 1
    assert set(lake.asked.values()) == {1}


def test_nothing_happened_nothing_is_counted(lake: EventLake) -> None:
    assert count_results(lake, today=TODAY) == 0


def test_the_report_adds_up_four_weeks() -> None:
    for ago, group, shown, clicked, added in [
        (0, "model", 100, 6, 1),
        (27, "model", 100, 6, 1),
        (28, "model", 100, 100, 100),
        (0, "control", 10, 0, 0),
        (1, "control", 10, 1, 1),
    ]:
        PlaceDay.objects.bulk_create(
            PlaceDay(
                day=TODAY - timedelta(days=ago),
                place="cart",
                group=group,
                bucket=bucket,
                shown=shown,
                clicked=clicked * (1 + (-1) ** bucket),
                added=added,
            )
            for bucket in range(10)
        )
    GroupDay.objects.create(
        day=TODAY,
        group="model",
        bucket=0,
        shoppers=400,
        buyers=20,
        revenue_minor=100_000,
        currency="USD",
    )

    report = report_results(today=TODAY)

    [cart] = report.places
    assert (report.since, report.until) == (date(2026, 10, 26), TODAY)
    assert cart.clicked[Group.MODEL] == Share.of([(24, 200), (0, 200)] * 5)
    assert cart.clicked[Group.CONTROL] == Share.of([(2, 20), (0, 20)] * 5)
    assert cart.added[Group.MODEL] == Share.of([(2, 200)] * 10)
    assert cart.click_lift is not None
    assert round(cart.click_lift.percent, 6) == 20
    assert not cart.click_lift.is_certain
    model, control = report.groups[Group.MODEL], report.groups[Group.CONTROL]
    assert (model.buyers.percent, model.revenue_each) == (5, Money(250))
    assert (control.buyers, control.revenue_each) == (Share(hits=0, total=0), Money(0))
    assert report.buyer_lift is None
