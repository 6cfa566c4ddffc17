"""Every order archive keeps the same promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from orders.archives import OrderArchive
from orders.archives.sql import SqlOrderArchive
from orders.cursor import Position
from orders.errors import OrderNotFound
from orders.types import OrderLineView, OrderView, TimelineView
from shop.core.money import Money
from tests.factories.accounts import make_address

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sql", pytest.param("cassandra", marks=pytest.mark.servers)])
def archive(request: pytest.FixtureRequest) -> OrderArchive:
    if request.param == "cassandra":
        found: OrderArchive = request.getfixturevalue("cassandra_archive")
        return found
    archive = SqlOrderArchive()
    archive.setup()
    return archive


def order(number: str = "AAAA-AAAA-AAAA", **given: object) -> OrderView:
    line = OrderLineView(
        sku="LAMP",
        product_id=1,
        title="Grüne Lampe 🪔",
        slug="lamp",
        options={"Color": "green"},
        picture_url="/media/lamp.svg",
        unit_price=Money(1999),
        quantity=2,
    )
    made = OrderView(
        number=number,
        status="delivered",
        placed_at=NOON,
        status_at=NOON + timedelta(days=3),
        email="ada@example.com",
        customer_id=7,
        visitor="",
        lines=(line,),
        items_total=Money(3998),
        delivery_fee=Money(500),
        total=Money(4498),
        address=make_address(),
        service_level="standard",
        promised_date=date(2026, 3, 5),
        timeline=(TimelineView(at=NOON, status="confirmed", cause="placed", note="", actor=""),),
        is_archived=True,
    )
    return replace(made, **given)  # type: ignore[arg-type]


def test_gives_back_what_it_was_given(archive: OrderArchive) -> None:
    archive.save(order())

    assert archive.get("AAAA-AAAA-AAAA") == order()


def test_saving_again_replaces(archive: OrderArchive) -> None:
    archive.save(order())
    archive.save(order(status="returned"))

    assert archive.get("AAAA-AAAA-AAAA").status == "returned"
    assert len(list(archive.entries())) == 1


def test_saving_again_keeps_when_it_was_first_archived(archive: OrderArchive) -> None:
    archive.save(order())
    first = next(archive.entries()).archived_at

    archive.save(order())

    assert next(archive.entries()).archived_at == first


def test_saving_again_replaces_the_summary(archive: OrderArchive) -> None:
    archive.save(order())
    archive.save(order(status="returned", total=Money(1)))

    found = archive.list_by_customer(7, before=None, limit=10)

    assert [(summary.status, summary.total) for summary in found] == [("returned", Money(1))]


def test_an_order_whose_customer_is_gone_leaves_the_list(archive: OrderArchive) -> None:
    archive.save(order())
    archive.save(order(customer_id=None))

    assert archive.list_by_customer(7, before=None, limit=10) == []
    assert archive.get("AAAA-AAAA-AAAA").customer_id is None


def test_an_order_given_to_another_customer_changes_lists(archive: OrderArchive) -> None:
    archive.save(order())
    archive.save(order(customer_id=8))

    assert archive.list_by_customer(7, before=None, limit=10) == []
    assert len(archive.list_by_customer(8, before=None, limit=10)) == 1


def test_an_order_placed_at_another_time_is_there_once(archive: OrderArchive) -> None:
    archive.save(order())
    archive.save(order(placed_at=NOON.replace(year=2024)))

    assert archive.get("AAAA-AAAA-AAAA").placed_at.year == 2024
    found = archive.list_by_customer(7, before=None, limit=10)
    assert [summary.placed_at.year for summary in found] == [2024]
    assert len(list(archive.entries())) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_order_saved_by_many_at_once_is_there_once_and_whole(
    archive: OrderArchive,
) -> None:
    def save(copy: int) -> None:
        try:
            archive.save(order(email=f"{copy}@example.com", total=Money(copy)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(24)))

    saved = archive.get("AAAA-AAAA-AAAA")
    assert saved.email == f"{saved.total.minor}@example.com"
    found = archive.list_by_customer(7, before=None, limit=10)
    assert [summary.total for summary in found] == [saved.total]
    assert [entry.order for entry in archive.entries()] == [saved]


def test_an_order_that_is_not_there(archive: OrderArchive) -> None:
    with pytest.raises(OrderNotFound):
        archive.get("ZZZZ-ZZZZ-ZZZZ")


def test_deleting_twice_is_fine(archive: OrderArchive) -> None:
    archive.save(order())

    archive.delete("AAAA-AAAA-AAAA")
    archive.delete("AAAA-AAAA-AAAA")

    assert list(archive.entries()) == []
    assert archive.list_by_customer(7, before=None, limit=10) == []
    with pytest.raises(OrderNotFound):
        archive.get("AAAA-AAAA-AAAA")


def test_a_deleted_order_can_come_back(archive: OrderArchive) -> None:
    archive.save(order())
    archive.delete("AAAA-AAAA-AAAA")

    archive.save(order())

    assert archive.get("AAAA-AAAA-AAAA") == order()
    assert len(archive.list_by_customer(7, before=None, limit=10)) == 1


def test_a_customers_orders_come_newest_first_across_years(archive: OrderArchive) -> None:
    for year in (2024, 2026, 2025):
        archive.save(order(f"YEAR-{year}", placed_at=NOON.replace(year=year)))
    archive.save(order("OTHER", customer_id=8))
    archive.save(order("GUEST", customer_id=None))

    found = archive.list_by_customer(7, before=None, limit=10)

    assert [summary.number for summary in found] == ["YEAR-2026", "YEAR-2025", "YEAR-2024"]


def test_pages_by_position_even_among_equal_times(archive: OrderArchive) -> None:
    numbers = [f"SAME-{index}" for index in range(7)]
    for number in numbers:
        archive.save(order(number))

    seen: list[str] = []
    before = None
    while page := archive.list_by_customer(7, before=before, limit=3):
        seen += [summary.number for summary in page]
        before = Position(page[-1].placed_at, page[-1].number)

    assert seen == sorted(numbers, reverse=True)


def test_pages_over_years_without_a_gap_or_a_repeat(archive: OrderArchive) -> None:
    # The last microsecond of a year, the first of the next, and one moment shared by three.
    new_year = datetime(2025, 1, 1, tzinfo=UTC)
    moments = [
        *[new_year - timedelta(microseconds=1)] * 3,
        *[new_year] * 3,
        *[new_year + timedelta(microseconds=1)] * 3,
        datetime(2019, 6, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC),
    ]
    placed = [(moment, f"N-{index:02}") for index, moment in enumerate(moments)]
    for moment, number in placed:
        archive.save(order(number, placed_at=moment))

    for limit in (1, 2, 3, 5, 20):
        assert pages(archive, limit=limit) == sorted(placed, reverse=True)


def test_the_zone_of_a_time_does_not_matter(archive: OrderArchive) -> None:
    new_year = datetime(2025, 1, 1, tzinfo=UTC)
    archive.save(order("NEW", placed_at=new_year.astimezone(ZoneInfo("America/New_York"))))
    archive.save(order("OLD", placed_at=new_year - timedelta(hours=1)))

    before = Position(new_year.astimezone(ZoneInfo("Asia/Tokyo")), "NEW")
    found = archive.list_by_customer(7, before=before, limit=10)

    assert [summary.number for summary in found] == ["OLD"]


def pages(archive: OrderArchive, *, limit: int) -> list[tuple[datetime, str]]:
    """Return where each order of all pages is."""
    seen: list[tuple[datetime, str]] = []
    before = None
    while page := archive.list_by_customer(7, before=before, limit=limit):
        seen += [(summary.placed_at, summary.number) for summary in page]
        before = Position(page[-1].placed_at, page[-1].number)
    return seen


def test_a_summary_says_what_a_row_shows(archive: OrderArchive) -> None:
    archive.save(order())

    summary = archive.list_by_customer(7, before=None, limit=1)[0]

    assert (summary.total, summary.line_count, summary.titles, summary.is_archived) == (
        Money(4498),
        1,
        ("Grüne Lampe 🪔",),
        True,
    )


def test_a_large_order_survives(archive: OrderArchive) -> None:
    lines = tuple(replace(order().lines[0], sku=f"SKU-{index}") for index in range(2000))

    archive.save(order(lines=lines))

    assert archive.get("AAAA-AAAA-AAAA").lines == lines


def test_long_notes_in_any_script_survive(archive: OrderArchive) -> None:
    note = "Zu spät geliefert — 遅れました — تأخر 🪔 'quoted' \"twice\" \\ {0} %s ? \u0007" * 300
    entry = TimelineView(at=NOON, status="returned", cause="staff", note=note, actor="Žofie")
    lines = tuple(replace(order().lines[0], sku=f"SKU-{index}") for index in range(200))
    given = order(lines=lines, timeline=(entry,) * 20)

    archive.save(given)

    assert archive.get("AAAA-AAAA-AAAA") == given


def test_entries_are_all_there(archive: OrderArchive) -> None:
    numbers = {f"ENTRY-{index}" for index in range(230)}
    for index, number in enumerate(sorted(numbers)):
        archive.save(order(number, customer_id=index % 3 or None))

    entries = list(archive.entries())

    assert len(entries) == len(numbers)
    assert {entry.number for entry in entries} == numbers
    assert {entry.order.number for entry in entries if entry.order} == numbers


def test_what_customers_lists_show_is_all_told(archive: OrderArchive) -> None:
    given = [
        order(
            f"LISTED-{index:03}",
            customer_id=index % 3 or None,
            placed_at=NOON - timedelta(days=7 * index),
        )
        for index in range(230)
    ]
    for each in given:
        archive.save(each)
    archive.delete("LISTED-001")

    shown = list(archive.listed())

    assert len(shown) == len(set(shown))
    assert set(shown) == {
        (each.customer_id, each.number)
        for each in given
        if each.customer_id and each.number != "LISTED-001"
    }


def test_says_how_it_is(archive: OrderArchive) -> None:
    assert archive.ping().answers is True
