"""What staff do in the backoffice, through its pages."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts.models import User
from logistics.audit import audit_serviceability, audit_stock
from logistics.models import Carrier, Lane, ServiceabilityRow, Stock, StockMovement, Warehouse
from logistics.selectors import serving_warehouses
from tests.factories.catalog import make_product
from tests.factories.logistics import (
    NEW_YORK,
    SAN_FRANCISCO,
    hold_stock,
    make_carrier,
    make_lane,
    make_warehouse,
    put_stock,
)

pytestmark = pytest.mark.django_db

Form = dict[str, str | list[str]]
NO_HOLIDAYS: Form = {"holidays-TOTAL_FORMS": "0", "holidays-INITIAL_FORMS": "0"}
NO_MOVEMENTS: Form = {"movements-TOTAL_FORMS": "0", "movements-INITIAL_FORMS": "0"}


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ann@example.com", None))
    return client


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def warehouse_form(**changes: str | list[str]) -> Form:
    return {
        "code": "RNO",
        "name": "Reno",
        "country": "US",
        "postal_code": "89501",
        "latitude": "",
        "longitude": "",
        "timezone": "",
        "cutoff": "14:00",
        "working_days": ["1", "2", "3"],
        "is_active": "on",
        **NO_HOLIDAYS,
        **changes,
    }


def lane_form(lane: Lane, **changes: str | list[str]) -> Form:
    return {
        "warehouse": str(lane.warehouse_id),
        "carrier": str(lane.carrier_id),
        "service_level": "standard",
        "country": "US",
        "postal_areas": "94",
        "transit_days": "2",
        "fee": "4.99",
        "currency": "USD",
        "is_active": "on",
        **changes,
    }


def test_new_warehouse_is_completed_from_its_postal_code(staff: Client) -> None:
    response = staff.post(
        "/admin/logistics/warehouse/add/",
        warehouse_form(
            **{
                "holidays-TOTAL_FORMS": "1",
                "holidays-0-date": "2026-12-25",
                "holidays-0-name": "Christmas",
            }
        ),
    )

    assert response.status_code == 302
    warehouse = Warehouse.objects.get()
    assert (warehouse.timezone, warehouse.working_days) == ("America/Los_Angeles", [1, 2, 3])
    assert [str(holiday) for holiday in warehouse.holidays.all()] == ["2026-12-25 Christmas"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"postal_code": "00000"}, "“00000” is not a US ZIP code."),
        (
            {"timezone": "Mars/Olympus"},
            "There is no time zone “Mars/Olympus”; write e.g. America/Chicago.",
        ),
        ({"working_days": []}, "This field is required."),
        ({"cutoff": "25:00"}, "Enter a valid time."),
    ],
)
def test_warehouse_that_cannot_be_is_refused_on_the_form(
    staff: Client, changes: dict[str, str | list[str]], message: str
) -> None:
    response = staff.post("/admin/logistics/warehouse/add/", warehouse_form(**changes))

    assert message in response.content.decode()
    assert Warehouse.objects.count() == 0


def test_closing_a_warehouse_in_its_form_takes_it_out_of_service(staff: Client) -> None:
    lane = make_lane("RNO")
    form = warehouse_form()
    del form["is_active"]

    staff.post(f"/admin/logistics/warehouse/{lane.warehouse_id}/change/", form)

    assert serving_warehouses(destination=SAN_FRANCISCO) == ()


def test_lane_entered_by_staff_takes_part_at_once(staff: Client) -> None:
    existing = make_lane("RNO", postal_areas="1")
    assert serving_warehouses(destination=SAN_FRANCISCO) == ()

    response = staff.post(
        "/admin/logistics/lane/add/", lane_form(existing, postal_areas="93000-94999")
    )

    assert response.status_code == 302
    assert "Serviceability of RNO is up to date: 2 rows written, 0 removed." in told(response)
    assert Lane.objects.latest("id").fee_minor == 499
    assert serving_warehouses(destination=SAN_FRANCISCO) == ("RNO",)
    assert audit_serviceability() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"postal_areas": "94, 9x"}, "“9X”: postal codes of US have digits only."),
        ({"postal_areas": "95999-95000"}, "“95999-95000”: the range ends before it begins."),
        ({"fee": "4.999"}, "has more decimals than USD has."),
        ({"fee": "-1"}, "is out of range."),
        ({"transit_days": "99"}, "Transit takes 0 to 60 days."),
        ({"currency": "EUR"}, "The shop sells in USD."),
    ],
)
def test_lane_that_cannot_be_is_refused_on_the_form(
    staff: Client, changes: dict[str, str | list[str]], message: str
) -> None:
    existing = make_lane("RNO", postal_areas="1")

    response = staff.post("/admin/logistics/lane/add/", lane_form(existing, **changes))

    assert message in response.content.decode()
    assert Lane.objects.count() == 1


def test_overlaps_of_a_lane_are_shown_with_who_wins(staff: Client) -> None:
    existing = make_lane("RNO", postal_areas="94000-94999, 97")

    response = staff.post(
        "/admin/logistics/lane/add/", lane_form(existing, postal_areas="941, 94100-94199, 9")
    )

    shown = told(response)[1:]
    assert "9 and 941 of this lane overlap; one of them is enough." in shown
    other = f"Lane {existing.id}"
    assert (
        f"{other} (94000-94999) covers some of 9 too:"
        " there the other lane wins, as it is the more specific one."
    ) in shown
    assert any(
        text.endswith("there this lane wins, as it is the more specific one.") for text in shown
    )


def test_lane_form_shows_the_fee_as_an_amount(staff: Client) -> None:
    lane = make_lane(fee_minor=1250)

    page = staff.get(f"/admin/logistics/lane/{lane.id}/change/").content.decode()

    assert 'name="fee" value="12.50"' in page


def test_moving_a_lane_rebuilds_both_warehouses(staff: Client) -> None:
    lane = make_lane("RNO", postal_areas="9")
    other = make_warehouse("SAC")

    staff.post(
        f"/admin/logistics/lane/{lane.id}/change/", lane_form(lane, warehouse=str(other.id))
    )

    assert serving_warehouses(destination=SAN_FRANCISCO) == ("SAC",)
    assert audit_serviceability() == []


@pytest.mark.parametrize("way", ["page", "action"])
def test_deleting_lanes_takes_their_rows_along(staff: Client, way: str) -> None:
    lane = make_lane("RNO", postal_areas="9")

    if way == "page":
        staff.post(f"/admin/logistics/lane/{lane.id}/delete/", {"post": "yes"})
    else:
        staff.post(
            "/admin/logistics/lane/",
            {"action": "delete_selected", "_selected_action": str(lane.id), "post": "yes"},
        )

    assert Lane.objects.count() == ServiceabilityRow.objects.count() == 0
    assert serving_warehouses(destination=SAN_FRANCISCO) == ()


def test_carrier_is_entered_with_its_working_days(staff: Client) -> None:
    form = {
        "code": "hawk",
        "name": "Hawk",
        "working_days": ["1", "6"],
        "tracking_url": "",
        **NO_HOLIDAYS,
    }

    staff.post("/admin/logistics/carrier/add/", form)

    assert Carrier.objects.get().working_days == [1, 6]


def edit_list(staff: Client, **changes: int) -> Any:
    """Load the list of stock, change quantities by SKU in it as a browser would, and send it."""
    return staff.post("/admin/logistics/stock/", loaded_list(staff) | fields_of(changes))


def loaded_list(staff: Client) -> Form:
    page = staff.get("/admin/logistics/stock/").content.decode()
    inputs = re.findall(r'<input type="(?:number|hidden)" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in inputs if name != "csrfmiddlewaretoken"} | {
        "_save": "Save"
    }


def fields_of(changes: dict[str, int]) -> Form:
    listed = list(Stock.objects.order_by("sku", "warehouse__code").values_list("sku", flat=True))
    return {f"form-{listed.index(sku)}-on_hand": str(value) for sku, value in changes.items()}


def test_quantity_is_corrected_in_the_list_with_the_name_of_who_did_it(staff: Client) -> None:
    put_stock("lamp", 5)
    put_stock("rug", 5)

    response = edit_list(staff, lamp=9)

    assert response.status_code == 302
    assert dict(Stock.objects.values_list("sku", "on_hand")) == {"lamp": 9, "rug": 5}
    latest = StockMovement.objects.values_list("delta", "actor")[0]
    assert latest == (4, "ann@example.com")
    assert audit_stock() == []


def test_quantity_below_what_is_reserved_is_a_form_error(staff: Client) -> None:
    put_stock("lamp", 5)
    hold_stock("A", lamp=3)

    response = edit_list(staff, lamp=2)

    assert response.status_code == 200
    assert (
        "3 of lamp in MAIN are reserved for orders; on hand cannot be 2."
        in response.content.decode()
    )
    assert Stock.objects.get().on_hand == 5


def test_quantity_that_changed_since_the_page_was_loaded_is_not_overwritten(
    staff: Client,
) -> None:
    put_stock("lamp", 5)
    put_stock("rug", 5)
    form = loaded_list(staff)
    Stock.objects.filter(sku="lamp").update(on_hand=3)

    unchanged = staff.post("/admin/logistics/stock/", form | fields_of({"rug": 6}))
    changed = staff.post("/admin/logistics/stock/", form | fields_of({"lamp": 9, "rug": 6}))

    assert unchanged.status_code == 302
    assert "lamp in MAIN changed from 5 to 3 meanwhile" in changed.content.decode()
    assert dict(Stock.objects.values_list("sku", "on_hand")) == {"lamp": 3, "rug": 6}


def test_new_stock_needs_a_product_in_the_catalog(staff: Client) -> None:
    warehouse = make_warehouse("WEST")
    make_product(sku="LAMP-1")
    form: Form = {"warehouse": str(warehouse.id), "on_hand": "7", **NO_MOVEMENTS}

    refused = staff.post("/admin/logistics/stock/add/", form | {"sku": "GHOST"})
    saved = staff.post("/admin/logistics/stock/add/", form | {"sku": "LAMP-1"})

    assert "The catalog has no SKU “GHOST”." in refused.content.decode()
    assert saved.status_code == 302
    assert list(Stock.objects.values_list("sku", "on_hand")) == [("LAMP-1", 7)]
    assert audit_stock() == []


def test_stock_has_a_page_with_its_journal(staff: Client) -> None:
    stock = put_stock("lamp", 5)

    page = staff.get(f"/admin/logistics/stock/{stock.id}/change/").content.decode()
    form: Form = {"on_hand": "8", "initial-on_hand": "5", **NO_MOVEMENTS}
    response = staff.post(f"/admin/logistics/stock/{stock.id}/change/", form)

    assert "Corrected by staff" in page
    assert response.status_code == 302
    assert Stock.objects.get().on_hand == 8


def test_stock_is_found_by_sku_and_cannot_be_deleted(staff: Client) -> None:
    stock = put_stock("lamp", 5)
    put_stock("rug", 5)

    page = staff.get("/admin/logistics/stock/?q=lam").content.decode()

    assert ("lamp" in page, "rug" in page) == (True, False)
    assert staff.post(f"/admin/logistics/stock/{stock.id}/delete/").status_code == 403


def test_look_up_shows_who_delivers_to_a_postal_code(staff: Client) -> None:
    make_lane("WEST", postal_areas="94", fee_minor=799)
    make_lane("EAST", postal_areas="1")

    page = staff.get(
        "/admin/logistics/warehouse/look-up/", {"postal_code": "94103-1234"}
    ).content.decode()

    assert "San Francisco, CA 94103" in page
    assert ("WEST" in page, "$7.99" in page, "EAST" in page) == (True, True, False)


@pytest.mark.parametrize(
    ("postal_code", "message"),
    [("00000", "“00000” is not a US ZIP code."), (NEW_YORK.postal_code, "No warehouse")],
)
def test_look_up_says_what_is_wrong(staff: Client, postal_code: str, message: str) -> None:
    page = staff.get("/admin/logistics/warehouse/look-up/", {"postal_code": postal_code})

    assert message in page.content.decode()


def test_look_up_is_for_staff_only(client: Client) -> None:
    assert client.get("/admin/logistics/warehouse/look-up/").status_code == 302


def test_lists_open(staff: Client) -> None:
    make_lane()
    make_carrier()
    for model in ("warehouse", "carrier", "lane", "stock", "shipment"):
        assert staff.get(f"/admin/logistics/{model}/").status_code == 200
