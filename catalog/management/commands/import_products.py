"""Load products from a CSV or JSON Lines file."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import services
from catalog.errors import InvalidImport
from catalog.importing.parsing import BadRow, ImportOptions
from catalog.importing.reading import guess_format
from catalog.importing.running import ImportReport

COLUMNS = """
columns (CSV) and keys (JSON Lines), a star marks what every product needs:
  sku *                the variant's key: letters, digits, . - _ ; at most 64
  title *              at most 300 characters
  price *              12.50; or price_minor, 1250
  category *           Tools > Drills, or tools/drills; a draft may do without
  brand, description   texts
  bullets              CSV: separated by | or line feeds; JSON: a list
  product_type         code of a product type; without one "general"
  status               draft, published or retired; without one a new product is
                       published and an old one stays as it is
  compare_at_price     the price before a reduction; or compare_at_minor
  currency             must be the shop's
  attribute:<name>     one attribute; or attributes, a JSON object
  option:<name>        one option of the variant; or options, a JSON object
  group                CSV: rows that follow each other with the same group are the
                       variants of one product, described by its first row
  variants             JSON: a list of objects with sku, price, options, ...
  pictures             file names below --pictures; CSV: separated by |
  picture_index        which of the pictures shows this variant, from 0

A product is found again by its SKU, so a file can be loaded again and again: rows that
change nothing are skipped. Bad rows are told with their line, the rest is loaded, and
the command exits with 1 if any was bad. Details: docs/catalog.md
"""


class Command(BaseCommand):
    help = "Load products from a CSV or JSON Lines file, plain or gzipped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = COLUMNS
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["csv", "jsonl"], help="else by the file's name")
        parser.add_argument("--delimiter", default="", help="of CSV columns; else a comma")
        parser.add_argument("--map", action="append", default=[], metavar="THEIRS=OURS")
        parser.add_argument("--mapping", type=Path, help='JSON file, {"theirs": "ours"}')
        parser.add_argument("--ignore-unknown", action="store_true", help="skip unknown columns")
        parser.add_argument("--pictures", type=Path, help="the folder that pictures are in")
        parser.add_argument(
            "--categories", choices=["create", "refuse"], default="create",
            help="what to do with a category that does not exist yet",
        )  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        self._started = time.monotonic()
        path: Path = options["file"]
        try:
            report = services.import_products(
                source=path,
                file_format=options["format"] or guess_format(path),
                delimiter=_delimiter(options["delimiter"], path),
                options=ImportOptions(
                    currency=settings.SHOP_CURRENCY,
                    mapping=_mapping(options["mapping"], options["map"]),
                    ignore_unknown=options["ignore_unknown"],
                    create_categories=options["categories"] == "create",
                    pictures=options["pictures"],
                ),
                on_bad_row=self._tell,
                on_progress=self._show,
            )
        except InvalidImport as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run it again to go on.", returncode=130) from None
        self.stdout.write(_summary(report, time.monotonic() - self._started))
        if report.bad:
            sys.exit(1)

    def _tell(self, row: BadRow) -> None:
        self.stderr.write(f"line {row.line}: {row.reason}")

    def _show(self, report: ImportReport) -> None:
        rate = report.products / max(time.monotonic() - self._started, 0.001)
        self.stdout.write(f"{report.products:,} products, line {report.line:,}, {rate:,.0f}/s")
        self.stdout.flush()


def _summary(report: ImportReport, seconds: float) -> str:
    rate = report.products / max(seconds, 0.001)
    return (
        f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.bad} bad rows; {seconds:.1f} s, {rate:,.0f} products/s"
    )


def _delimiter(given: str, path: Path) -> str:
    given = given.replace("\\t", "\t")
    if len(given) > 1:
        raise InvalidImport("A delimiter is a single character.")
    return given or ("\t" if ".tsv" in path.suffixes else ",")


def _mapping(file: Path | None, pairs: list[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    if file is not None:
        try:
            read = json.loads(file.read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise InvalidImport(f"--mapping {file}: {error}") from error
        if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
            raise InvalidImport(f"--mapping {file}: must be an object of texts.")
        mapping |= read
    for pair in pairs:
        theirs, equals, ours = pair.partition("=")
        if not equals:
            raise InvalidImport(f"--map {pair}: write it as THEIRS=OURS.")
        mapping[theirs] = ours
    return mapping
