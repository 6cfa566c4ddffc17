"""`import_products`: real files in, products and told problems out."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog import selectors, services
from catalog.models import Category, Product, Variant
from catalog.types import AttributeInput, ProductTypeInput
from shop.core.models import OutboxMessage
from shop.core.money import Money
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db

HEADER = "sku,title,price,category\n"


def run(path: Path, *arguments: str) -> tuple[int, str, list[str]]:
    """Run the command; return its exit code, its last line and what it complained about."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_products", str(path), *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue().splitlines()[-1].split(";")[0], err.getvalue().splitlines()


def write(folder: Path, content: str | bytes, name: str = "products.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def write_json(folder: Path, *rows: object) -> Path:
    return write(folder, "\n".join(json.dumps(row) for row in rows), "products.jsonl")


def row(**given: Any) -> dict[str, Any]:
    return {"sku": "A-1", "title": "Lamp", "price": "12.50", "category": "Home"} | given


def test_a_csv_file_becomes_products_and_items(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "\ufeffSKU,Title,price,Compare at price,category,brand,description,bullets,"
        "attribute:material,option:Color\r\n"
        'L-1,"Lampe ""Été"", 大",12.50,15,Home > Lighting,Ünique,"Two\r\nlines",'
        "Warm|Dimmable,Oak,Red\r\n",
    )

    assert run(path) == (0, "1 created, 0 updated, 0 unchanged, 0 bad rows", [])

    item = selectors.get_item(sku="L-1")
    assert item.title == 'Lampe "Été", 大'
    assert item.description == "Two\r\nlines"
    assert item.bullets == ("Warm", "Dimmable")
    assert item.category_path[-1].path == "home/lighting"
    assert item.attributes[0].display == "Oak"
    assert item.variants[0].price == Money(1_250)
    assert item.variants[0].compare_at == Money(1_500)
    assert item.variants[0].options == {"Color": "Red"}


def test_a_gzipped_json_lines_file_with_variants(tmp_path: Path) -> None:
    product = {
        "title": "Shirt",
        "category": ["Clothing", "Shirts"],
        "attributes": {"Fabric weight": 180, "organic": True},
        "variants": [
            {"sku": "S-S", "price": 19.9, "options": {"Size": "S"}},
            {"sku": "S-M", "price_minor": 2_090, "options": {"Size": "M"}},
        ],
    }
    path = write(tmp_path, gzip.compress(json.dumps(product).encode()), "p.jsonl.gz")

    assert run(path)[:2] == (0, "1 created, 0 updated, 0 unchanged, 0 bad rows")

    item = selectors.get_item(sku="S-M")
    assert [each.price for each in item.variants] == [Money(1_990), Money(2_090)]
    assert {each.name: each.display for each in item.attributes} == {
        "Fabric weight": "180", "Organic": "Yes",
    }  # fmt: skip


def test_csv_rows_of_one_group_are_variants_of_one_product(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "group,sku,title,price,category,option:Size\n"
        "shirt,G-S,Shirt,10,Clothing,S\n"
        "shirt,G-M,,11,,M\n"
        ",H-1,Hat,5,Clothing,\n",
    )

    code, summary, problems = run(path)

    # The second row names neither title nor category: its group's first row does.
    assert (code, summary, problems) == (
        0, "2 created, 0 updated, 0 unchanged, 0 bad rows", [],
    )  # fmt: skip
    assert [each.sku for each in selectors.get_item(sku="G-M").variants] == ["G-S", "G-M"]


def test_a_bad_row_keeps_its_whole_group_out(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "group,sku,title,price,category,option:Size\n"
        "shirt,G-S,Shirt,10,Clothing,S\n"
        "shirt,G-M,Shirt,abc,Clothing,M\n"
        "hat,H-1,Hat,5,Clothing,\n"
        "shirt,G-L,Shirt,10,Clothing,L\n",
    )

    code, summary, problems = run(path)

    assert (code, summary) == (1, "1 created, 0 updated, 0 unchanged, 3 bad rows")
    assert problems == [
        "line 2: group: Another row of it is wrong (line 3).",
        "line 3: price: 'abc' is not an amount.",
        "line 5: group: “shirt” ended on line 3: keep rows together.",
    ]


def test_bad_rows_are_told_by_line_and_the_rest_is_loaded(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER
        + "A-1,Good,10,Home\n"
        + "A-2,Bad price,abc,Home\n"
        + "A-3,Negative,-1,Home\n"
        + "A-4,Huge,1e9,Home\n"
        + "A-5,,10,Home\n"
        + ",No SKU,10,Home\n"
        + "A-1,Again,10,Home\n"
        + '"A-8","Three\nlines\nlong",,Home\n'
        + "A-11,Too few,10\n"
        + "A-12,No category,10,\n"
        + f"A-13,{'x' * 301},10,Home\n"
        + "A/14,Slash,10,Home\n"
        + "A-15,Fine decimals,10.005,Home\n"
        + "A-16,Good too,10.00,Home\n",
    )

    code, summary, problems = run(path)

    assert (code, summary) == (1, "2 created, 0 updated, 0 unchanged, 12 bad rows")
    assert problems == [
        "line 3: price: 'abc' is not an amount.",
        "line 4: price: '-1' is out of range.",
        "line 5: price: Is too large.",
        "line 6: title: Is missing.",
        "line 7: sku: Is missing.",
        "line 8: sku: A-1 is on line 2 too.",
        "line 9: price: Is missing.",
        "line 12: Has 3 fields, the header 4.",
        "line 13: category: Is missing.",
        "line 14: title: Is too long: 301 characters, at most 300.",
        "line 15: sku: “A/14” is not a SKU: letters, digits, dots, dashes, underscores.",
        "line 16: price: '10.005' has more decimals than USD has.",
    ]
    assert list(Variant.objects.order_by("sku").values_list("sku", flat=True)) == ["A-1", "A-16"]


def test_bad_json_lines_are_told_by_line(tmp_path: Path) -> None:
    lines: list[bytes] = [
        json.dumps(row(sku="J-1")).encode(),
        b"{not json",
        b"",
        b"[1, 2]",
        b'{"sku": "J-5", "title": "\xff"}',
        json.dumps(row(sku="J-6", price=True)).encode(),
        json.dumps(row(sku="J-7", price=float("nan"))).encode(),
        json.dumps(row(sku="J-8", title="\ud800")).encode(),
        json.dumps(row(sku="J-9", attributes=[1])).encode(),
        b"[" * 100_000,
        json.dumps(row(sku="J-11", variants=["x"])).encode(),
        json.dumps(row(sku="J-12", title={"en": "Lamp"})).encode(),
    ]
    path = write(tmp_path, b"\xef\xbb\xbf" + b"\n".join(lines), "products.jsonl")

    code, summary, problems = run(path)

    assert (code, summary) == (1, "1 created, 0 updated, 0 unchanged, 10 bad rows")
    told = {int(each.split(":")[0].removeprefix("line ")): each for each in problems}
    assert sorted(told) == [2, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert told[4] == "line 4: Is not a JSON object."
    assert told[5] == "line 5: Is not UTF-8."
    assert told[6] == "line 6: price: Is not an amount."
    assert told[8] == "line 8: title: Has an unprintable character (U+D800)."
    assert told[9] == "line 9: attributes: Is not an object of names and values."
    assert told[12] == "line 12: title: Is not a text.; title: Is missing."


def test_bytes_that_are_not_utf_8_spoil_only_their_row(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER.encode() + b"A-1,Caf\xe9,1,Home\nA-2,Tea,1,Home\n")

    code, summary, problems = run(path)

    assert (code, summary) == (1, "1 created, 0 updated, 0 unchanged, 1 bad rows")
    assert problems == ["line 2: title is not UTF-8."]


def test_loading_again_changes_nothing_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "A-1,One,1,Home\n"))
    events = OutboxMessage.objects.count()
    longer = write(tmp_path, HEADER + "A-1,One,1,Home\nA-2,Two,2,Home\n")

    assert run(longer)[1] == "1 created, 0 updated, 1 unchanged, 0 bad rows"
    assert run(longer)[1] == "0 created, 0 updated, 2 unchanged, 0 bad rows"

    assert set(Product.objects.values_list("revision", flat=True)) == {1}
    assert OutboxMessage.objects.count() == 2 * events


def test_a_changed_row_updates_its_product(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "A-1,One,1,Home\n"))

    assert run(write(tmp_path, HEADER + "A-1,One,1.50,Home\n"))[1] == (
        "0 created, 1 updated, 0 unchanged, 0 bad rows"
    )

    assert selectors.get_item(sku="A-1").revision == 2
    assert selectors.get_item(sku="A-1").price_from == Money(150)


def test_staff_retiring_a_product_outlives_the_next_import(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "A-1,One,1,Home\n")
    run(path)
    services.retire_product(product_id=Product.objects.get().pk)

    run(path)

    assert Product.objects.get().status == "retired"


def test_columns_are_renamed_and_left_out_by_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "id;name;amount;note\nM-1;Mug;7;x\n")
    mapping = write(tmp_path, '{"id": "sku", "name": "title", "note": ""}', "map.json")

    result = run(
        path, "--delimiter", ";", "--mapping", str(mapping), "--map", "amount=price_minor",
        "--map", "category=category", "--ignore-unknown",
    )  # fmt: skip

    assert result == (
        1, "0 created, 0 updated, 0 unchanged, 1 bad rows", ["line 2: category: Is missing."],
    )  # fmt: skip


def test_unknown_categories_are_refused_if_asked(tmp_path: Path) -> None:
    make_product(category="Home")
    path = write(tmp_path, HEADER + "A-1,One,1,home\nA-2,Two,1,Nowhere\nA-3,Bad,x,New\n")

    code, _summary, problems = run(path, "--categories", "refuse")

    assert code == 1
    assert problems[0] == "line 3: category: There is no category “Nowhere”."
    assert Category.objects.count() == 1


def test_a_bad_row_leaves_no_category_behind(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "A-1,One,abc,Brand new\n"))

    assert Category.objects.count() == 0


def test_typed_attributes_are_checked(tmp_path: Path) -> None:
    attribute = AttributeInput(code="power", name="Power", kind="integer", unit="W", required=True)
    services.save_product_type(
        data=ProductTypeInput(code="lamp", name="Lamp", attributes=(attribute,))
    )
    path = write_json(
        tmp_path,
        row(sku="L-1", product_type="lamp", attributes={"power": "40 W"}),
        row(sku="L-2", product_type="lamp", attributes={"power": "bright"}),
        row(sku="L-3", product_type="lamp"),
        row(sku="L-4", product_type="lantern"),
    )

    _code, summary, problems = run(path)

    assert summary == "1 created, 0 updated, 0 unchanged, 3 bad rows"
    assert problems == [
        "line 2: attributes.power: “bright” is not a number.",
        "line 3: attributes.power: Power is required for Lamp.",
        "line 4: product_type: There is no product type “lantern”.",
    ]
    assert selectors.get_item(sku="L-1").attributes[0].display == "40 W"


def test_skus_of_two_products_are_told(tmp_path: Path) -> None:
    make_product(sku="ONE")
    make_product(sku="TWO")
    variants = [
        {"sku": "ONE", "price": 1, "options": {"n": "1"}},
        {"sku": "TWO", "price": 1, "options": {"n": "2"}},
    ]

    _code, _summary, problems = run(write_json(tmp_path, row(variants=variants)))

    assert problems == ["line 1: sku: SKU TWO belongs to another product."]


def test_pictures_come_only_from_the_folder_named(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    write(tmp_path, "secret", "secret.txt")
    write(tmp_path / "pictures", "not a picture", "fake.png")
    path = write_json(
        tmp_path,
        row(sku="P-1", pictures=["../secret.txt"]),
        row(sku="P-2", pictures=["fake.png"]),
        row(sku="P-3", pictures=["absent.png"]),
    )

    _code, _summary, problems = run(path, "--pictures", str(tmp_path / "pictures"))

    assert [each.split(": ", 2)[2] for each in problems] == [
        f"“../secret.txt” is not inside {tmp_path / 'pictures'}.",
        "This is not a PNG, JPEG or WebP picture.",
        "absent.png: No such file or directory.",
    ]


def test_a_file_cut_short_loads_what_it_has(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps(row(sku=f"Z-{number}")) for number in range(2_000))
    path = write(tmp_path, gzip.compress(rows.encode())[:-200], "cut.jsonl.gz")

    code, summary, problems = run(path)

    assert code == 1
    assert 0 < Product.objects.count() < 2_000
    assert summary.startswith(f"{Product.objects.count()} created")
    assert "The file is damaged from here on" in problems[-1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.csv", b"", "The file is empty"),
        ("p.csv", b"sku,sku\n", "Columns named twice: sku"),
        ("p.csv", b"sku,,title\n", "Column 2 has no name"),
        ("p.csv", b"sku,colour\nA,red\n", "Column “colour” is unknown"),
        ("p.csv", "sku,title\n".encode("utf-16"), "is UTF-16"),
        ("p.xlsx", b"PK", "Cannot tell the format"),
    ],
)
def test_an_unusable_file_is_refused_as_a_whole(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("import_products", str(write(tmp_path, content, name)))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_products", str(tmp_path / "absent.csv"))


def test_more_rows_than_a_batch(tmp_path: Path) -> None:
    rows = "".join(f"N-{number},Nail {number},1,Home\n" for number in range(1_203))

    assert run(write(tmp_path, HEADER + rows))[1] == (
        "1203 created, 0 updated, 0 unchanged, 0 bad rows"
    )

    assert list(selectors.find_item_differences(deep=True)) == []
