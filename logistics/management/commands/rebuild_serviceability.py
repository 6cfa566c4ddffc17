"""manage.py rebuild_serviceability [WAREHOUSE …]"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from logistics.errors import UnknownWarehouse
from logistics.services import rebuild_serviceability


class Command(BaseCommand):
    help = "Bring the prebuilt serviceability table in line with warehouses and lanes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "warehouses", nargs="*", metavar="WAREHOUSE", help="codes; default: all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            report = rebuild_serviceability(warehouse_codes=options["warehouses"] or None)
        except UnknownWarehouse as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{len(report.warehouses)} warehouses, {len(report.changed)} changed:"
            f" {report.rows_written} rows written, {report.rows_removed} removed"
            f" in {time.perf_counter() - started:.2f} s."
        )
