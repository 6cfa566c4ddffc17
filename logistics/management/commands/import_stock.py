"""manage.py import_stock FILE"""

import gzip
import io
import sys
import time
import zlib
from argparse import ArgumentParser
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from logistics.errors import InvalidImportFile
from logistics.services import import_stock

MOST_REASONS = 1000


class Command(BaseCommand):
    help = (
        "Set stock from a CSV file with the columns warehouse, sku, on_hand (.gz is fine, - is the"
        " standard input). Bad rows are listed and left out; exit status 1 if there were any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--actor", default="import", help="who, for the journal of movements")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            with _open(options["file"]) as lines:
                report = import_stock(lines=lines, actor=options["actor"], on_batch=self._progress)
        except (OSError, EOFError, zlib.error, InvalidImportFile) as error:
            raise CommandError(f"Could not import {options['file']}: {error}") from error
        for row in report.bad[:MOST_REASONS]:
            self.stderr.write(f"line {row.line}: {row.reason}")
        if len(report.bad) > MOST_REASONS:
            self.stderr.write(f"… and {len(report.bad) - MOST_REASONS} more bad rows.")
        seconds = time.perf_counter() - started
        self.stdout.write(
            f"{report.rows} rows: {report.changed} changed, {report.unchanged} as they were,"
            f" {len(report.bad)} bad; {seconds:.1f} s,"
            f" {report.rows / max(seconds, 0.001):.0f} rows/s."
        )
        if report.bad:
            sys.exit(1)

    def _progress(self, rows: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{rows} rows", ending="\r")


def _open(file: str) -> AbstractContextManager[IO[str]]:
    # Spreadsheets put a byte order mark before the first column's name; what is not UTF-8 becomes
    # part of a SKU or number that is refused with its line.
    encoding, errors = "utf-8-sig", "replace"
    if file == "-":
        raw = sys.stdin.buffer
        return nullcontext(io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline=""))
    if file.endswith(".gz"):
        return gzip.open(file, "rt", encoding=encoding, errors=errors, newline="")
    return Path(file).open(encoding=encoding, errors=errors, newline="")
