"""What can reach an address, from where, when and for how much."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from logistics.errors import DeliveryNotPossible, InsufficientStock, InvalidQuantity
from logistics.selectors import (
    available_quantity,
    delivery_options,
    plan_allocation,
    promises,
    serving_warehouses,
    warehouses_in_stock,
)
from logistics.types import DeliveryOption, LineRequest, Promise, Shortage
from shop.core.money import Money
from shop.core.visitor import Destination
from tests.factories.logistics import NEW_YORK, SAN_FRANCISCO, make_lane, make_warehouse, put_stock

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def order(**units: int) -> list[LineRequest]:
    return [LineRequest(sku=sku, quantity=quantity) for sku, quantity in units.items()]


def test_warehouses_that_serve_an_address_are_found_by_the_prefixes_of_its_code() -> None:
    make_lane("CITY", postal_areas="94103")
    make_lane("BAY", postal_areas="940-941")
    make_lane("STATE", postal_areas="90000-96199")
    make_lane("NATION", postal_areas="*")
    make_lane("EAST", postal_areas="0, 1")

    assert serving_warehouses(destination=SAN_FRANCISCO) == ("BAY", "CITY", "NATION", "STATE")
    assert serving_warehouses(destination=NEW_YORK) == ("EAST", "NATION")


@pytest.mark.parametrize(
    "destination",
    [
        Destination(country="CA", postal_code="94103"),
        Destination(country="US", postal_code=""),
        Destination(country="", postal_code="94103"),
        Destination(country="US", postal_code="' OR 1=1 --"),
    ],
)
def test_address_that_is_none_is_served_by_nobody(destination: Destination) -> None:
    make_lane("NATION", postal_areas="*")

    assert serving_warehouses(destination=destination) == ()


def test_look_up_is_one_statement_and_then_none() -> None:
    make_lane("WEST", postal_areas="9")

    with CaptureQueriesContext(connection) as first:
        serving_warehouses(destination=SAN_FRANCISCO)
    with CaptureQueriesContext(connection) as second:
        serving_warehouses(destination=SAN_FRANCISCO)

    assert (len(first), len(second)) == (1, 0)


def test_new_warehouse_is_found_at_once_though_the_look_up_is_cached() -> None:
    make_lane("WEST", postal_areas="9")
    assert serving_warehouses(destination=SAN_FRANCISCO) == ("WEST",)

    make_lane("NEW", postal_areas="94")

    assert serving_warehouses(destination=SAN_FRANCISCO) == ("NEW", "WEST")


def test_inactive_warehouse_serves_nobody() -> None:
    make_lane(make_warehouse("SHUT", is_active=False))

    assert serving_warehouses(destination=SAN_FRANCISCO) == ()


def test_promise_is_the_earliest_of_all_warehouses_that_have_the_sku() -> None:
    make_lane("NEAR", postal_areas="94", transit_days=1, fee_minor=900)
    make_lane("FAR", postal_areas="*", transit_days=4, fee_minor=300)
    put_stock("lamp", 1, "NEAR")
    put_stock("lamp", 1, "FAR")
    put_stock("rug", 1, "FAR")
    put_stock("vase", 0, "NEAR")

    found = promises(
        skus=["lamp", "rug", "vase", "unheard-of"], destination=SAN_FRANCISCO, now=NOON
    )

    cutoff = datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert found == {
        "lamp": Promise(
            service_level="standard",
            delivery_date=date(2026, 3, 3),
            order_by=cutoff,
            fee=Money(900),
            warehouse_code="NEAR",
        ),
        "rug": Promise(
            service_level="standard",
            delivery_date=date(2026, 3, 6),
            order_by=cutoff,
            fee=Money(300),
            warehouse_code="FAR",
        ),
    }


def test_promises_of_a_page_take_two_statements() -> None:
    for index in range(24):
        put_stock(f"sku{index}", 1)

    with CaptureQueriesContext(connection) as statements:
        found = promises(
            skus=[f"sku{index}" for index in range(24)], destination=SAN_FRANCISCO, now=NOON
        )

    assert (len(found), len(statements)) == (24, 2)


def test_holidays_of_warehouse_and_carrier_are_part_of_the_promise() -> None:
    lane = make_lane("WEST", transit_days=1)
    lane.warehouse.holidays.create(date=date(2026, 3, 2))
    lane.carrier.holidays.create(date=date(2026, 3, 4))
    put_stock("lamp", 1, "WEST")

    found = promises(skus=["lamp"], destination=SAN_FRANCISCO, now=NOON)

    assert found["lamp"].delivery_date == date(2026, 3, 5)
    assert found["lamp"].order_by == datetime(2026, 3, 3, 15, tzinfo=UTC)


def test_availability_counts_what_reaches_the_address() -> None:
    make_lane("WEST", postal_areas="9")
    make_lane("EAST", postal_areas="1")
    put_stock("lamp", 3, "WEST")
    put_stock("lamp", 4, "EAST")

    skus = ["lamp", "rug"]
    assert available_quantity(skus=skus, destination=SAN_FRANCISCO) == {"lamp": 3, "rug": 0}
    assert available_quantity(skus=skus, destination=None) == {"lamp": 7, "rug": 0}
    assert warehouses_in_stock(skus=skus) == {"lamp": ("EAST", "WEST"), "rug": ()}


def test_options_are_standard_and_an_earlier_express() -> None:
    warehouse = make_lane("WEST", transit_days=3, fee_minor=500).warehouse
    make_lane(warehouse, service_level="express", transit_days=1, fee_minor=1500)
    put_stock("lamp", 3, "WEST")

    options = delivery_options(lines=order(lamp=2), destination=SAN_FRANCISCO, now=NOON)

    cutoff = datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert options == [
        DeliveryOption(
            service_level="standard",
            delivery_date=date(2026, 3, 5),
            order_by=cutoff,
            fee=Money(500),
            parcels=1,
        ),
        DeliveryOption(
            service_level="express",
            delivery_date=date(2026, 3, 3),
            order_by=cutoff,
            fee=Money(1500),
            parcels=1,
        ),
    ]


def test_express_that_is_no_earlier_is_not_offered() -> None:
    warehouse = make_lane("WEST", transit_days=2).warehouse
    make_lane(warehouse, service_level="express", transit_days=2, fee_minor=1500)
    put_stock("lamp", 3, "WEST")

    options = delivery_options(lines=order(lamp=1), destination=SAN_FRANCISCO, now=NOON)

    assert [option.service_level for option in options] == ["standard"]


def test_what_search_shows_can_be_bought_even_where_only_express_goes() -> None:
    make_lane("WEST", transit_days=3)
    make_lane("AIR", service_level="express", transit_days=1, fee_minor=1500)
    put_stock("lamp", 1, "WEST")
    put_stock("rug", 1, "AIR")

    plan = plan_allocation(
        lines=order(lamp=1, rug=1),
        destination=SAN_FRANCISCO,
        service_level="standard",
        now=NOON,
    )

    assert [(parcel.warehouse_code, parcel.service_level) for parcel in plan.parcels] == [
        ("AIR", "express"),
        ("WEST", "standard"),
    ]
    assert (plan.fee, plan.delivery_date) == (Money(1500), date(2026, 3, 5))
    with pytest.raises(DeliveryNotPossible):
        plan_allocation(
            lines=order(lamp=1, rug=1),
            destination=SAN_FRANCISCO,
            service_level="express",
            now=NOON,
        )


def test_fee_of_a_split_order_follows_the_setting() -> None:
    make_lane("EAST", fee_minor=500)
    make_lane("WEST", fee_minor=700)
    put_stock("lamp", 1, "EAST")
    put_stock("rug", 1, "WEST")
    fees = []
    for policy in ("dearest", "sum"):
        with override_settings(DELIVERY_FEE_POLICY=policy):
            (option,) = delivery_options(
                lines=order(lamp=1, rug=1), destination=SAN_FRANCISCO, now=NOON
            )
        fees.append(option.fee)

    assert fees == [Money(700), Money(1200)]


def test_sku_in_stock_only_where_it_does_not_reach_the_address_is_named() -> None:
    make_lane("WEST", postal_areas="9")
    make_lane("EAST", postal_areas="1")
    put_stock("lamp", 3, "WEST")
    put_stock("rug", 3, "EAST")

    with pytest.raises(DeliveryNotPossible) as refusal:
        delivery_options(lines=order(lamp=1, rug=1), destination=SAN_FRANCISCO, now=NOON)

    assert refusal.value.skus == ("rug",)
    assert str(refusal.value) == "We cannot deliver rug to 94103."


def test_address_nobody_serves_is_refused() -> None:
    make_lane("EAST", postal_areas="1")
    put_stock("lamp", 3, "EAST")

    with pytest.raises(DeliveryNotPossible):
        delivery_options(lines=order(lamp=1), destination=SAN_FRANCISCO, now=NOON)


def test_sold_out_and_short_lines_are_named_with_what_is_left() -> None:
    put_stock("lamp", 2)
    put_stock("rug", 0)
    put_stock("vase", 5)

    with pytest.raises(InsufficientStock) as refusal:
        delivery_options(lines=order(lamp=3, rug=1, vase=5), destination=SAN_FRANCISCO, now=NOON)

    assert refusal.value.shortages == (
        Shortage(sku="lamp", requested=3, available=2),
        Shortage(sku="rug", requested=1, available=0),
    )


@pytest.mark.parametrize("quantity", [0, -1])
def test_lines_without_units_are_refused(quantity: int) -> None:
    with pytest.raises(InvalidQuantity):
        delivery_options(lines=order(lamp=quantity), destination=SAN_FRANCISCO, now=NOON)


def test_absurd_quantity_is_short_not_an_error() -> None:
    put_stock("lamp", 2)

    with pytest.raises(InsufficientStock):
        delivery_options(lines=order(lamp=10**12), destination=SAN_FRANCISCO, now=NOON)


def test_no_lines_have_no_options() -> None:
    assert delivery_options(lines=[], destination=SAN_FRANCISCO, now=NOON) == []
