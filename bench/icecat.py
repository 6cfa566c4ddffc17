"""Real products from the Icecat search benchmark, in our import format.

    python -m bench.icecat convert products.csv.gz OUT.jsonl.gz
    python -m bench.icecat load products.csv.gz

`load` converts, declares the product type and imports into the configured shop, and says how
fast. The data has five thousand kinds of attribute: the product type declares those that make
useful filters and accepts the rest.
"""

import argparse
import csv
import gzip
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

LARGEST_FIELD = 4 * 1024 * 1024
UNNAMED = {"", "1"}  # the benchmark's own gaps in product_type
FILTERS = {
    "product_colour": ("Color", "text", ""),
    "type": ("Type", "text", ""),
    "print_technology": ("Print technology", "text", ""),
    "printing_colours": ("Printing colors", "text", ""),
    "brand_compatibility": ("Fits brand", "text", ""),
    "connector_1": ("Connector 1", "text", ""),
    "connector_2": ("Connector 2", "text", ""),
    "cable_length": ("Cable length", "decimal", "m"),
    "material": ("Material", "text", ""),
    "processor_family": ("Processor family", "text", ""),
    "display_diagonal": ("Screen size", "decimal", '"'),
    "ean": ("EAN", "text", ""),
    "model": ("Model", "text", ""),
}


def convert(source: Path) -> Iterator[dict[str, Any]]:
    """Yield one import row per product of the benchmark's CSV."""
    csv.field_size_limit(LARGEST_FIELD)
    opened = gzip.open if source.suffix == ".gz" else open
    with opened(source, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield _product(row)


def _product(row: dict[str, str]) -> dict[str, Any]:
    kind = row["product_type"].strip()
    attributes = _attributes(json.loads(row["attributes"] or "{}"))
    if row["ean"]:
        attributes["ean"] = row["ean"].replace("|", " ")
    if row["name"] and row["name"] != row["title"]:
        attributes["model"] = row["name"]
    return {
        "sku": row["product_id"],
        "title": row["title"] or row["name"],
        "brand": row["brand"],
        "description": row["short_description"],
        "category": "Electronics > " + ("Assorted" if kind in UNNAMED else kind),
        "product_type": "icecat",
        "price_minor": int(row["price_cents"]),
        "attributes": attributes,
    }


def _attributes(given: dict[str, Any]) -> dict[str, Any]:
    """Drop the type letter of each name (t_ n_ b_); a text wins over what shares its name."""
    plain: dict[str, Any] = {}
    for name in sorted(given):
        code = re.sub("_+", "_", name[2:]).strip("_")
        if given[name] not in (None, "") and code:
            plain[code if code[0].isalpha() else f"x_{code}"] = given[name]
    return plain


def write_rows(source: Path, target: Path) -> int:
    opened = gzip.open if target.suffix == ".gz" else open
    count = 0
    with opened(target, "wt", encoding="utf-8") as file:
        for count, row in enumerate(convert(source), start=1):  # noqa: B007 (the count is the result)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def load(source: Path) -> int:
    """Import the benchmark's products into the configured shop; return how many rows were bad."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    django.setup()
    from catalog import services  # noqa: PLC0415 (models exist after setup)
    from catalog.importing.parsing import ImportOptions  # noqa: PLC0415
    from catalog.types import AttributeInput, ProductTypeInput  # noqa: PLC0415

    services.save_product_type(
        data=ProductTypeInput(
            code="icecat",
            name="Electronics",
            accepts_any=True,
            attributes=tuple(
                AttributeInput(
                    code=code, name=name, kind=kind, unit=unit,
                    filterable=code not in {"ean", "model"},
                )
                for code, (name, kind, unit) in FILTERS.items()
            ),
        )
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "icecat.jsonl"
        count = write_rows(source, rows)
        started = time.monotonic()
        report = services.import_products(
            source=rows,
            file_format="jsonl",
            options=ImportOptions(currency="USD"),
            on_bad_row=lambda row: print(f"line {row.line}: {row.reason}", file=sys.stderr),
        )
        seconds = time.monotonic() - started
    print(
        f"{count} rows: {report.created} created, {report.updated} updated, "
        f"{report.unchanged} unchanged, {report.bad} bad; {seconds:.1f} s, "
        f"{report.products / seconds:.0f} products/s"
    )
    return report.bad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    converting = commands.add_parser("convert", help="write our JSON Lines")
    converting.add_argument("source", type=Path)
    converting.add_argument("target", type=Path)
    loading = commands.add_parser("load", help="import into the configured shop")
    loading.add_argument("source", type=Path)
    given = parser.parse_args()
    if given.command == "convert":
        print(f"{write_rows(given.source, given.target)} products written to {given.target}")
        return
    sys.exit(1 if load(given.source) else 0)


if __name__ == "__main__":
    main()
