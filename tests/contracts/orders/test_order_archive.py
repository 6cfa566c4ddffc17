"""Every order archive keeps the same promises."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from orders.archives import OrderArchive
from orders.archives.sql import SqlOrderArchive
from orders.cursor import Position
from orders.errors import OrderNotFound
from orders.types import OrderLineView, OrderView, TimelineView
from shop.core.money import Money
from tests.factories.accounts import make_address

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=[SqlOrderArchive], ids=["sql"])
def archive(request: pytest.FixtureRequest) -> OrderArchive:
    archive: OrderArchive = request.param()
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


def test_an_order_that_is_not_there(archive: OrderArchive) -> None:
    with pytest.raises(OrderNotFound):
        archive.get("ZZZZ-ZZZZ-ZZZZ")


def test_deleting_twice_is_fine(archive: OrderArchive) -> None:
    archive.save(order())

    archive.delete("AAAA-AAAA-AAAA")
    archive.delete("AAAA-AAAA-AAAA")

    assert list(archive.entries()) == []


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


def test_says_how_it_is(archive: OrderArchive) -> None:
    assert archive.ping().answers is True
