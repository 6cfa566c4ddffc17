"""Entering warehouses, carriers and lanes."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from logistics import services
from logistics.audit import audit_serviceability
from logistics.errors import InvalidNetwork, UnknownWarehouse
from logistics.models import Lane, ServiceabilityRow, Warehouse
from logistics.selectors import promises, serving_warehouses
from logistics.types import CarrierInput, LaneInput, WarehouseInput
from shop.core.models import OutboxMessage
from shop.core.postal import UnknownPostalCode
from tests.factories.logistics import NEW_YORK, SAN_FRANCISCO, make_lane, put_stock

pytestmark = pytest.mark.django_db

RENO = WarehouseInput(
    code="RNO", name="Reno", postal_code="89501", working_days=(1, 2, 3, 4, 5, 6)
)
HAWK = CarrierInput(code="hawk", name="Hawk Parcel")
TO_THE_WEST = LaneInput(
    warehouse_code="RNO",
    carrier_code="hawk",
    service_level="standard",
    postal_areas="9, 89000-89999",
    transit_days=2,
    fee_minor=499,
)


def rows() -> list[tuple[str, str, int]]:
    return sorted(ServiceabilityRow.objects.values_list("prefix", "service_level", "transit_days"))


def test_position_and_time_zone_follow_from_the_postal_code() -> None:
    services.save_warehouse(data=RENO)

    warehouse = Warehouse.objects.get(code="RNO")
    assert warehouse.timezone == "America/Los_Angeles"
    assert (round(warehouse.latitude), round(warehouse.longitude)) == (40, -120)
    assert (warehouse.cutoff, warehouse.working_days) == (time(15), [1, 2, 3, 4, 5, 6])


def test_new_warehouse_with_a_lane_takes_part_at_once() -> None:
    services.save_carrier(data=HAWK)
    services.save_warehouse(data=RENO)
    services.save_lane(data=TO_THE_WEST)

    assert rows() == [("89", "standard", 2), ("9", "standard", 2)]
    assert serving_warehouses(destination=SAN_FRANCISCO) == ("RNO",)
    assert serving_warehouses(destination=NEW_YORK) == ()
    assert audit_serviceability() == []


def test_saving_again_changes_the_warehouse_and_replaces_its_holidays() -> None:
    services.save_warehouse(data=RENO)
    for day in (date(2026, 7, 3), date(2026, 12, 25)):
        services.save_warehouse(
            data=WarehouseInput(
                code="RNO", name="Reno 2", postal_code="89501", holidays={day: "Closed"}
            )
        )

    warehouse = Warehouse.objects.get()
    assert warehouse.name == "Reno 2"
    assert list(warehouse.holidays.values_list("date", "name")) == [(date(2026, 12, 25), "Closed")]


def test_holiday_of_a_carrier_counts_at_once() -> None:
    put_stock("lamp", 1)
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    before = promises(skus=["lamp"], destination=SAN_FRANCISCO, now=now)["lamp"]

    services.save_carrier(
        data=CarrierInput(
            code="swift",
            name="Swift",
            working_days=(1, 2, 3, 4, 5, 6, 7),
            holidays={date(2026, 3, 3): "Strike"},
        )
    )

    after = promises(skus=["lamp"], destination=SAN_FRANCISCO, now=now)["lamp"]
    assert (before.delivery_date, after.delivery_date) == (date(2026, 3, 4), date(2026, 3, 5))


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (
            {"postal_areas": "94, 9x"},
            "postal_areas",
            "“9X”: postal codes of US have digits only.",
        ),
        (
            {"postal_areas": " , "},
            "postal_areas",
            "Name at least one prefix or range, or * for the whole country.",
        ),
        ({"service_level": "fast"}, "service_level", "“fast” is neither standard nor express."),
        ({"transit_days": -1}, "transit_days", "Transit takes 0 to 60 days."),
        ({"fee_minor": -1}, "fee_minor", "A fee cannot be negative."),
        ({"currency": "EUR"}, "currency", "The shop sells in USD."),
        ({"carrier_code": "nobody"}, "carrier", "There is no carrier “nobody”."),
    ],
)
def test_lane_that_cannot_be_is_refused_by_field(
    change: dict[str, str | int], field: str, message: str
) -> None:
    services.save_carrier(data=HAWK)
    services.save_warehouse(data=RENO)

    with pytest.raises(InvalidNetwork) as refusal:
        services.save_lane(data=LaneInput(**{**vars(TO_THE_WEST), **change}))

    assert refusal.value.fields == {field: [message]}
    assert Lane.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"working_days": ()}, "working_days"),
        ({"working_days": (0, 8)}, "working_days"),
        ({"cutoff": "25:00"}, "cutoff"),
    ],
)
def test_warehouse_that_cannot_be_is_refused_by_field(
    change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidNetwork) as refusal:
        services.save_warehouse(data=WarehouseInput(**{**vars(RENO), **change}))

    assert list(refusal.value.fields) == [field]
    assert Warehouse.objects.count() == 0


def test_warehouse_at_a_postal_code_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownPostalCode):
        services.save_warehouse(data=WarehouseInput(**{**vars(RENO), "postal_code": "00000"}))


def test_lane_of_an_unknown_warehouse_is_refused() -> None:
    with pytest.raises(UnknownWarehouse):
        services.save_lane(data=TO_THE_WEST)


def test_deleting_a_lane_leaves_its_addresses_to_the_less_specific_one() -> None:
    wide = make_lane("WEST", postal_areas="9", transit_days=4)
    narrow = make_lane("WEST", postal_areas="94", transit_days=1)

    assert rows() == [("9", "standard", 4), ("94", "standard", 1)]
    assert services.delete_lanes(lane_ids=[narrow.id]) == 1
    assert rows() == [("9", "standard", 4)]
    assert serving_warehouses(destination=SAN_FRANCISCO) == ("WEST",)
    services.delete_lanes(lane_ids=[wide.id])
    assert rows() == []


def test_moving_a_lane_to_another_warehouse_rebuilds_both() -> None:
    services.save_carrier(data=HAWK)
    services.save_warehouse(data=RENO)
    services.save_warehouse(data=WarehouseInput(**{**vars(RENO), "code": "SAC"}))
    lane_id = services.save_lane(data=TO_THE_WEST)

    moved = LaneInput(**{**vars(TO_THE_WEST), "warehouse_code": "SAC"})
    services.save_lane(data=moved, lane_id=lane_id)

    assert serving_warehouses(destination=SAN_FRANCISCO) == ("SAC",)
    assert audit_serviceability() == []


def test_closing_a_warehouse_takes_it_out_of_service() -> None:
    services.save_carrier(data=HAWK)
    services.save_warehouse(data=RENO)
    services.save_lane(data=TO_THE_WEST)

    services.save_warehouse(data=WarehouseInput(**{**vars(RENO), "is_active": False}))

    assert rows() == []
    assert serving_warehouses(destination=SAN_FRANCISCO) == ()


def test_rebuild_touches_only_what_differs() -> None:
    make_lane("WEST", postal_areas="90-96")
    make_lane("EAST", postal_areas="1")
    Lane.objects.filter(warehouse__code="WEST").update(postal_areas="90-95")
    kept = set(ServiceabilityRow.objects.exclude(prefix="96").values_list("id", flat=True))

    report = services.rebuild_serviceability()

    assert (report.changed, report.rows_written, report.rows_removed) == (("WEST",), 0, 1)
    assert set(ServiceabilityRow.objects.values_list("id", flat=True)) == kept
    assert services.rebuild_serviceability().changed == ()


def test_rebuild_by_lane_concerns_its_warehouse_only() -> None:
    west = make_lane("WEST", postal_areas="9")
    make_lane("EAST", postal_areas="1")
    Lane.objects.update(transit_days=7)

    report = services.rebuild_serviceability(lane_ids=[west.id])

    assert report.warehouses == ("WEST",)
    assert rows() == [("1", "standard", 2), ("9", "standard", 7)]
    assert [difference.subject for difference in audit_serviceability()] == ["EAST"]


def test_change_of_service_is_announced_to_those_who_listen() -> None:
    make_lane("WEST", postal_areas="9")

    payloads = OutboxMessage.objects.filter(
        event_type="logistics.serviceability-changed"
    ).values_list("payload", flat=True)
    assert {payload["warehouse_code"] for payload in payloads} == {"WEST"}


def test_command_rebuilds_and_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    make_lane("WEST", postal_areas="90-95")
    ServiceabilityRow.objects.filter(prefix="93").delete()

    call_command("rebuild_serviceability")

    assert capsys.readouterr().out.startswith(
        "1 warehouses, 1 changed: 1 rows written, 0 removed in "
    )
    with pytest.raises(CommandError, match="There is no warehouse “NOWHERE”"):
        call_command("rebuild_serviceability", "NOWHERE")
