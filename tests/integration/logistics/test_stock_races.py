"""Many buyers at once, on real connections: nothing is sold twice, and nobody deadlocks."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from logistics import services
from logistics.audit import audit_stock
from logistics.errors import InsufficientStock, NothingReserved, StockBelowReserved
from logistics.models import Stock
from logistics.selectors import live_reservations, plan_allocation
from logistics.types import AllocationPlan, LineRequest
from tests.factories.logistics import SAN_FRANCISCO, put_stock

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUYERS = 40


def at_once(jobs: Sequence[Callable[[], str]]) -> Counter[str]:
    """Run all jobs in threads that start together, each with a connection of its own."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], str]) -> str:
        use_connection_of_its_own()
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return Counter(pool.map(run, jobs))


def use_connection_of_its_own() -> None:
    """The pool of a web process is smaller than the crowd: it would let them in by turns."""
    own = connections[DEFAULT_DB_ALIAS].copy()
    own.settings_dict["OPTIONS"] = own.settings_dict["OPTIONS"] | {"pool": False}
    connections[DEFAULT_DB_ALIAS] = own


def order(**units: int) -> list[LineRequest]:
    return [LineRequest(sku=sku, quantity=quantity) for sku, quantity in units.items()]


def plan(lines: list[LineRequest]) -> AllocationPlan:
    return plan_allocation(
        lines=lines, destination=SAN_FRANCISCO, service_level="standard", now=NOON
    )


def buy(number: str, lines: list[LineRequest], planned: AllocationPlan | None = None) -> str:
    try:
        with transaction.atomic():
            services.reserve_stock(
                order_number=number,
                plan=planned or plan(lines),
                lines=lines,
                destination=SAN_FRANCISCO,
                now=NOON,
            )
    except InsufficientStock:
        return "sold out"
    return "bought"


def buyers(count: int, lines: list[LineRequest]) -> list[Callable[[], str]]:
    """All plan while everything is there, so that all but the first find their plan outrun."""
    planned = plan(lines)
    return [partial(buy, f"order-{index}", lines, planned) for index in range(count)]


def test_forty_buyers_of_ten_units_in_one_warehouse_get_exactly_ten() -> None:
    put_stock("lamp", 10)

    assert at_once(buyers(BUYERS, order(lamp=1))) == {"bought": 10, "sold out": 30}
    assert sum(dict(live_reservations()).values()) == 10
    assert audit_stock() == []


def test_forty_buyers_of_ten_units_over_three_warehouses_get_exactly_ten() -> None:
    for code, units in (("EAST", 2), ("MID", 5), ("WEST", 3)):
        put_stock("lamp", units, code)

    assert at_once(buyers(BUYERS, order(lamp=1))) == {"bought": 10, "sold out": 30}
    assert sum(dict(live_reservations()).values()) == 10
    assert audit_stock() == []


def test_split_orders_over_three_warehouses_leave_no_unit_unsold() -> None:
    for code, units in (("EAST", 4), ("MID", 7), ("WEST", 9)):
        put_stock("lamp", units, code)

    assert at_once(buyers(BUYERS, order(lamp=2))) == {"bought": 10, "sold out": 30}
    assert audit_stock() == []


def test_opposite_orders_of_lines_do_not_deadlock() -> None:
    skus = [f"sku{index}" for index in range(8)]
    for sku in skus:
        put_stock(sku, BUYERS * 2, "EAST")
        put_stock(sku, BUYERS * 2, "WEST")
    forth = [LineRequest(sku=sku, quantity=2) for sku in skus]
    back = forth[::-1]
    jobs = [partial(buy, f"order-{index}", (forth, back)[index % 2]) for index in range(BUYERS)]

    assert at_once(jobs) == {"bought": BUYERS}
    assert audit_stock() == []


def test_reallocation_over_more_rows_than_the_first_attempt_locked_does_not_deadlock() -> None:
    # First attempts lock single rows in the middle, second ones all rows from the first on.
    for code, units in (("EAST", 3), ("MID", 3), ("WEST", 3)):
        for sku in ("lamp", "rug", "vase"):
            put_stock(sku, units, code)
    wanted = [order(lamp=2), order(rug=2), order(vase=2), order(vase=1, lamp=1, rug=1)]
    jobs = [
        partial(buy, f"order-{index}-{number}", lines, plan(lines))
        for index, lines in enumerate(wanted)
        for number in range(10)
    ]

    outcome = at_once(jobs)

    assert outcome["bought"] + outcome["sold out"] == BUYERS
    sold = sum(dict(live_reservations()).values())
    assert 24 <= sold <= 27
    assert audit_stock() == []


def test_releasing_twice_at_once_gives_back_once() -> None:
    put_stock("lamp", 10)
    put_stock("rug", 10)
    buy("A", order(lamp=3, rug=3))
    buy("B", order(lamp=4, rug=4))

    released = at_once(
        [lambda: str(services.release_reservations(order_number="A")) for _ in range(8)]
    )

    assert released == {"2": 1, "0": 7}
    assert dict(Stock.objects.values_list("sku", "reserved")) == {"lamp": 4, "rug": 4}
    assert audit_stock() == []


def test_payment_and_expiry_at_once_have_one_winner() -> None:
    put_stock("lamp", 40)
    orders = [f"order-{index}" for index in range(10)]
    for number in orders:
        buy(number, order(lamp=1))

    def commit(number: str) -> str:
        try:
            return f"committed {services.commit_reservations(order_number=number)}"
        except NothingReserved:
            return "too late"

    def release(number: str) -> str:
        return f"released {services.release_reservations(order_number=number)}"

    jobs = [partial(act, number) for number in orders for act in (commit, release)]
    outcome = at_once(jobs)

    # Released it is in any case, as nobody here looks at the order's state first; but never twice.
    assert outcome["released 1"] == 10
    assert outcome["committed 1"] + outcome["too late"] == 10
    assert dict(Stock.objects.values_list("sku", "reserved")) == {"lamp": 0}
    assert audit_stock() == []


def test_correction_by_staff_racing_with_buyers_never_falls_below_what_is_reserved() -> None:
    put_stock("lamp", 30)

    def correct() -> str:
        try:
            services.set_stock(warehouse_code="MAIN", sku="lamp", on_hand=5, actor="ann")
        except StockBelowReserved:
            return "refused"
        return "corrected"

    outcome = at_once([*buyers(20, order(lamp=1)), *[correct] * 5])

    stock = Stock.objects.get()
    assert stock.reserved == outcome["bought"]
    if outcome["corrected"]:
        assert (stock.on_hand, outcome["bought"]) == (5, 5)
    else:
        assert (stock.on_hand, outcome["bought"]) == (30, 20)
    assert audit_stock() == []


def test_buying_and_giving_back_at_once_neither_loses_nor_invents_units() -> None:
    put_stock("lamp", 6, "EAST")
    put_stock("lamp", 6, "WEST")

    def buy_and_give_back(number: str) -> str:
        for attempt in range(3):
            name = f"{number}-{attempt}"
            if buy(name, order(lamp=3)) == "bought":
                services.release_reservations(order_number=name)
        return "done"

    jobs = [partial(buy_and_give_back, f"order-{index}") for index in range(16)]

    assert at_once(jobs) == {"done": 16}
    assert set(Stock.objects.values_list("on_hand", "reserved")) == {(6, 0)}
    assert audit_stock() == []
