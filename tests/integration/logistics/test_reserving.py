"""Reserving stock for an order, and settling what becomes of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics import services
from logistics.audit import audit_stock
from logistics.errors import InsufficientStock, NothingReserved, ReturnExceedsShipment
from logistics.models import Stock, StockMovement
from logistics.selectors import live_reservations, plan_allocation
from logistics.types import AllocationPlan, LineRequest, Shortage
from tests.factories.logistics import SAN_FRANCISCO, put_stock

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
Levels = dict[tuple[str, str], tuple[int, int]]


def lines(**units: int) -> list[LineRequest]:
    return [LineRequest(sku=sku, quantity=quantity) for sku, quantity in units.items()]


def plan(wanted: list[LineRequest]) -> AllocationPlan:
    return plan_allocation(
        lines=wanted, destination=SAN_FRANCISCO, service_level="standard", now=NOON
    )


def reserve(
    number: str, wanted: list[LineRequest], outdated: AllocationPlan | None = None
) -> AllocationPlan:
    return services.reserve_stock(
        order_number=number,
        plan=outdated or plan(wanted),
        lines=wanted,
        destination=SAN_FRANCISCO,
        now=NOON,
    )


def levels() -> Levels:
    rows = Stock.objects.values_list("warehouse__code", "sku", "on_hand", "reserved")
    return {(code, sku): (on_hand, reserved) for code, sku, on_hand, reserved in rows}


def test_reserving_holds_the_planned_units() -> None:
    put_stock("lamp", 5, "WEST")

    held = reserve("A", lines(lamp=2))

    assert [parcel.warehouse_code for parcel in held.parcels] == ["WEST"]
    assert held.delivery_date == date(2026, 3, 4)
    assert levels() == {("WEST", "lamp"): (5, 2)}
    assert dict(live_reservations()) == {"A": 2}
    assert audit_stock() == []


def test_line_is_split_over_warehouses_if_one_has_too_few() -> None:
    put_stock("lamp", 2, "WEST")
    put_stock("lamp", 2, "EAST")

    reserve("A", lines(lamp=3))

    assert levels() == {("EAST", "lamp"): (2, 2), ("WEST", "lamp"): (2, 1)}
    assert audit_stock() == []


def test_statements_do_not_grow_with_the_lines() -> None:
    skus = [f"sku{index}" for index in range(30)]
    for sku in skus:
        put_stock(sku, 100)
    counts = []
    for size in (1, 30):
        wanted = [LineRequest(sku=sku, quantity=1) for sku in skus[:size]]
        prepared = plan(wanted)
        with CaptureQueriesContext(connection) as statements:
            reserve(f"order-{size}", wanted, prepared)
            services.commit_reservations(order_number=f"order-{size}")
            services.consume_reservations(order_number=f"order-{size}")
            services.restock_returned(order_number=f"order-{size}")
        reserve(f"other-{size}", wanted)
        with CaptureQueriesContext(connection) as more:
            services.release_reservations(order_number=f"other-{size}")
        counts.append((len(statements), len(more)))

    assert counts[0] == counts[1]
    assert audit_stock() == []


def test_reserving_takes_three_statements_between_its_savepoints() -> None:
    put_stock("lamp", 5)
    wanted = lines(lamp=1)
    prepared = plan(wanted)

    with CaptureQueriesContext(connection) as statements:
        reserve("A", wanted, prepared)

    kinds = [query["sql"].split()[0] for query in statements.captured_queries]
    assert kinds == ["SAVEPOINT", "SELECT", "UPDATE", "INSERT", "RELEASE"]


def test_outdated_plan_is_replaced_by_one_that_holds() -> None:
    put_stock("lamp", 5, "EAST")
    put_stock("lamp", 5, "WEST")
    outdated = plan(lines(lamp=4))
    reserve("A", lines(lamp=4))

    held = reserve("B", lines(lamp=4), outdated)

    assert [parcel.warehouse_code for parcel in outdated.parcels] == ["EAST"]
    assert [parcel.warehouse_code for parcel in held.parcels] == ["WEST"]
    assert levels() == {("EAST", "lamp"): (5, 4), ("WEST", "lamp"): (5, 4)}
    assert audit_stock() == []


def test_what_is_short_together_is_named_and_nothing_is_held() -> None:
    put_stock("lamp", 5, "EAST")
    put_stock("rug", 3, "EAST")
    put_stock("vase", 9, "EAST")
    wanted = lines(lamp=4, rug=3, vase=1)
    outdated = plan(wanted)
    reserve("A", lines(lamp=3, rug=3))
    before = levels()

    with pytest.raises(InsufficientStock) as refusal:
        reserve("B", wanted, outdated)

    assert refusal.value.shortages == (
        Shortage(sku="lamp", requested=4, available=2),
        Shortage(sku="rug", requested=3, available=0),
    )
    assert str(refusal.value) == "lamp: Only 2 left, you asked for 4. rug: Sold out."
    assert levels() == before
    assert dict(live_reservations()) == {"A": 6}


def test_committing_keeps_the_stock_and_bears_repeating() -> None:
    put_stock("lamp", 5)
    reserve("A", lines(lamp=2))

    assert services.commit_reservations(order_number="A") == 1
    assert services.commit_reservations(order_number="A") == 0
    assert levels() == {("MAIN", "lamp"): (5, 2)}


def test_releasing_gives_the_stock_back_once() -> None:
    put_stock("lamp", 5)
    put_stock("rug", 5)
    reserve("A", lines(lamp=2, rug=5))

    assert services.release_reservations(order_number="A") == 2
    assert services.release_reservations(order_number="A") == 0
    assert levels() == {("MAIN", "lamp"): (5, 0), ("MAIN", "rug"): (5, 0)}
    assert dict(live_reservations()) == {}
    assert audit_stock() == []


def test_releasing_an_order_that_holds_nothing_is_fine() -> None:
    assert services.release_reservations(order_number="unheard-of") == 0


def test_released_stock_cannot_be_committed() -> None:
    put_stock("lamp", 5)
    reserve("A", lines(lamp=2))
    services.release_reservations(order_number="A")

    with pytest.raises(NothingReserved):
        services.commit_reservations(order_number="A")


def test_order_can_reserve_again_after_its_stock_was_given_back() -> None:
    put_stock("lamp", 5)
    reserve("A", lines(lamp=2))
    services.release_reservations(order_number="A")

    reserve("A", lines(lamp=2))

    assert levels() == {("MAIN", "lamp"): (5, 2)}
    assert services.commit_reservations(order_number="A") == 1
    assert audit_stock() == []


def test_consuming_takes_the_units_off_the_shelf_once_and_says_why() -> None:
    put_stock("lamp", 5)
    reserve("A", lines(lamp=2))
    services.commit_reservations(order_number="A")

    assert services.consume_reservations(order_number="A", actor="ann") == 1
    assert services.consume_reservations(order_number="A", actor="ann") == 0
    assert levels() == {("MAIN", "lamp"): (3, 0)}
    latest = StockMovement.objects.values_list(
        "delta", "on_hand_after", "reason", "actor", "order_number"
    )[0]
    assert latest == (-2, 3, "shipped", "ann", "A")
    assert audit_stock() == []


def test_unpaid_stock_cannot_be_consumed() -> None:
    put_stock("lamp", 5)
    reserve("A", lines(lamp=2))

    with pytest.raises(NothingReserved):
        services.consume_reservations(order_number="A")

    assert levels() == {("MAIN", "lamp"): (5, 2)}


def test_consumed_stock_is_not_released() -> None:
    put_stock("lamp", 5)
    ship("A", lines(lamp=2))

    assert services.release_reservations(order_number="A") == 0
    assert levels() == {("MAIN", "lamp"): (3, 0)}


def ship(number: str, wanted: list[LineRequest]) -> None:
    reserve(number, wanted)
    services.commit_reservations(order_number=number)
    services.consume_reservations(order_number=number)


def test_returned_units_go_back_to_where_they_came_from_once() -> None:
    put_stock("lamp", 2, "EAST")
    put_stock("lamp", 2, "WEST")
    ship("A", lines(lamp=3))

    assert services.restock_returned(order_number="A") == 3
    assert services.restock_returned(order_number="A") == 0
    assert levels() == {("EAST", "lamp"): (2, 0), ("WEST", "lamp"): (2, 0)}
    assert audit_stock() == []


def test_partial_returns_are_told_as_totals_so_that_repeats_are_harmless() -> None:
    put_stock("lamp", 9)
    ship("A", lines(lamp=5))

    assert services.restock_returned(order_number="A", lines=lines(lamp=2)) == 2
    assert services.restock_returned(order_number="A", lines=lines(lamp=2)) == 0
    assert services.restock_returned(order_number="A", lines=lines(lamp=3)) == 1
    assert services.restock_returned(order_number="A") == 2
    assert levels() == {("MAIN", "lamp"): (9, 0)}


def test_more_than_was_sent_cannot_come_back() -> None:
    put_stock("lamp", 9)
    ship("A", lines(lamp=2))

    with pytest.raises(ReturnExceedsShipment):
        services.restock_returned(order_number="A", lines=lines(lamp=3))

    assert levels() == {("MAIN", "lamp"): (7, 0)}


def test_availability_is_announced_only_when_it_crosses_zero(
    announced: Callable[[], list[str]],
) -> None:
    put_stock("lamp", 3)
    put_stock("rug", 9)

    reserve("A", lines(lamp=2, rug=2))
    assert announced() == []
    reserve("B", lines(lamp=1, rug=1))
    assert announced() == ["lamp"]
    services.release_reservations(order_number="A")
    assert announced() == ["lamp"]
    services.release_reservations(order_number="B")
    assert announced() == []
