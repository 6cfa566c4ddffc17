"""Correcting stock, one row or a file of them."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from logistics import services
from logistics.audit import audit_stock
from logistics.errors import (
    InvalidImportFile,
    InvalidQuantity,
    StockBelowReserved,
    StockChangedMeanwhile,
    UnknownSku,
    UnknownWarehouse,
)
from logistics.models import Stock, StockMovement
from logistics.types import BadRow, ImportReport, StockLevel
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock

pytestmark = pytest.mark.django_db


def levels() -> dict[tuple[str, str], int]:
    rows = Stock.objects.values_list("warehouse__code", "sku", "on_hand")
    return {(code, sku): on_hand for code, sku, on_hand in rows}


def hold(sku: str, quantity: int) -> None:
    Stock.objects.filter(sku=sku).update(reserved=quantity)


def load(*rows: str) -> ImportReport:
    return services.import_stock(lines=["warehouse,sku,on_hand\n", *(f"{row}\n" for row in rows)])


def test_correction_sets_the_quantity_and_says_who_and_how_much() -> None:
    put_stock("lamp", 5)

    level = services.set_stock(warehouse_code="MAIN", sku="lamp", on_hand=8, actor="ann")

    assert level == StockLevel(warehouse_code="MAIN", sku="lamp", on_hand=8, reserved=0)
    latest = StockMovement.objects.values_list("delta", "on_hand_after", "reason", "actor")[0]
    assert latest == (3, 8, "correction", "ann")
    assert audit_stock() == []


def test_correction_to_the_same_quantity_is_no_movement() -> None:
    put_stock("lamp", 5)

    services.set_stock(warehouse_code="MAIN", sku="lamp", on_hand=5)

    assert StockMovement.objects.count() == 1


def test_correction_below_what_is_reserved_is_refused() -> None:
    put_stock("lamp", 5)
    hold("lamp", 3)

    with pytest.raises(StockBelowReserved) as refusal:
        services.set_stock(warehouse_code="MAIN", sku="lamp", on_hand=2)

    assert str(refusal.value) == (
        "3 of lamp in MAIN are reserved for orders; on hand cannot be 2."
    )
    assert levels() == {("MAIN", "lamp"): 5}


def test_correction_of_a_quantity_that_changed_meanwhile_is_refused() -> None:
    put_stock("lamp", 4)

    with pytest.raises(StockChangedMeanwhile) as refusal:
        services.set_stock(warehouse_code="MAIN", sku="lamp", on_hand=9, expected_on_hand=5)

    assert refusal.value.on_hand == 4
    assert levels() == {("MAIN", "lamp"): 4}


def test_first_stock_of_a_sku_needs_a_product_in_the_catalog() -> None:
    make_warehouse("MAIN")
    make_product(sku="LAMP-1")

    services.set_stock(warehouse_code="MAIN", sku="LAMP-1", on_hand=3)
    with pytest.raises(UnknownSku):
        services.set_stock(warehouse_code="MAIN", sku="GHOST", on_hand=3)

    assert levels() == {("MAIN", "LAMP-1"): 3}


@pytest.mark.parametrize("on_hand", [-1, 10**9])
def test_quantities_that_cannot_be_are_refused(on_hand: int) -> None:
    put_stock("lamp", 5)

    with pytest.raises(InvalidQuantity):
        services.set_stock(warehouse_code="MAIN", sku="lamp", on_hand=on_hand)


def test_correction_in_an_unknown_warehouse_is_refused() -> None:
    with pytest.raises(UnknownWarehouse):
        services.set_stock(warehouse_code="NOWHERE", sku="lamp", on_hand=1)


def test_correction_announces_only_crossing_zero(announced: Callable[[], list[str]]) -> None:
    put_stock("lamp", 5)
    heard = []
    for on_hand in (7, 0, 0, 2, 9):
        services.set_stock(warehouse_code="MAIN", sku="lamp", on_hand=on_hand)
        heard.append(announced())

    assert heard == [[], ["lamp"], [], ["lamp"], []]


def test_import_sets_stock_and_loading_again_changes_nothing(
    announced: Callable[[], list[str]],
) -> None:
    make_warehouse("WEST")
    make_warehouse("EAST")
    for sku in ("A", "B"):
        make_product(sku=sku)
    file = ("WEST,A,5", "EAST,A,0", "EAST,B,7")

    first, heard = load(*file), announced()
    again, heard_again = load(*file), announced()

    assert first == ImportReport(rows=3, changed=2, unchanged=1, bad=())
    assert again == ImportReport(rows=3, changed=0, unchanged=3, bad=())
    assert (heard, heard_again) == (["A", "B"], [])
    assert levels() == {("WEST", "A"): 5, ("EAST", "A"): 0, ("EAST", "B"): 7}
    assert StockMovement.objects.count() == 2
    assert audit_stock() == []


def test_import_reports_bad_rows_and_loads_the_rest() -> None:
    make_lane("WEST")
    make_product(sku="A")
    make_product(sku="HELD")
    put_stock("HELD", 5, "WEST")
    hold("HELD", 3)

    report = load(
        "WEST,A,5",
        "NOWHERE,A,5",
        "WEST,GHOST,5",
        "WEST,A,many",
        "WEST,A,-1",
        "WEST,A,1000000000",
        "WEST,A",
        "WEST,A,5,6",
        "WEST,HELD,2",
        "WEST,,1",
        "",
        "WEST,A,10000001",
    )

    assert (report.rows, report.changed, report.unchanged) == (11, 1, 0)
    number = "On hand must be a whole number from 0 to 10,000,000, not “{}”."
    assert report.bad == (
        BadRow(line=3, reason="There is no warehouse “NOWHERE”."),
        BadRow(line=4, reason="The catalog has no SKU “GHOST”."),
        BadRow(line=5, reason=number.format("many")),
        BadRow(line=6, reason=number.format("-1")),
        BadRow(line=7, reason=number.format("1000000000")),
        BadRow(line=8, reason="The row has more or fewer cells than the header."),
        BadRow(line=9, reason="The row has more or fewer cells than the header."),
        BadRow(line=10, reason="3 are reserved for orders; on hand cannot be 2."),
        BadRow(line=11, reason="A SKU has 1 to 64 characters."),
        BadRow(line=13, reason="On hand must be at most 10,000,000."),
    )
    assert levels() == {("WEST", "A"): 5, ("WEST", "HELD"): 5}


def test_of_several_rows_for_one_sku_the_last_counts() -> None:
    make_warehouse("WEST")
    make_product(sku="A")

    load("WEST,A,5", "WEST,A,6")

    assert levels() == {("WEST", "A"): 6}


def test_file_without_the_columns_is_refused() -> None:
    with pytest.raises(InvalidImportFile, match="missing: warehouse, on_hand"):
        services.import_stock(lines=["sku;quantity\n".replace(";", ","), "A,5\n"])


def test_command_exits_with_1_if_rows_were_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_warehouse("WEST")
    make_product(sku="A")
    file = tmp_path / "stock.csv"
    file.write_bytes(b"\xef\xbb\xbfwarehouse,sku,on_hand\r\nWEST,A,5\r\nWEST,\xff,5\r\n")

    with pytest.raises(SystemExit) as end:
        call_command("import_stock", str(file))

    printed = capsys.readouterr()
    assert end.value.code == 1
    assert printed.err == "line 3: The catalog has no SKU “\ufffd”.\n"
    assert printed.out.startswith("2 rows: 1 changed, 0 as they were, 1 bad; ")
    assert levels() == {("WEST", "A"): 5}


def test_command_reads_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    make_warehouse("WEST")
    make_product(sku="A")
    raw = io.BytesIO(b"warehouse,sku,on_hand\nWEST,A,5\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw))

    call_command("import_stock", "-")

    assert levels() == {("WEST", "A"): 5}


def test_command_names_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match=r"Could not import nowhere\.csv"):
        call_command("import_stock", "nowhere.csv")
