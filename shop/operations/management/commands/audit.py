"""Compare what must agree: stock, orders, payments, archive, projections, outbox."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.core.errors import InfrastructureError
from shop.operations.audit import repair_projections, run_audit


class Command(BaseCommand):
    help = "List every difference between what must agree; exit 1 if there is any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument(
            "--gateway", action="store_true", help="compare with the gateway's books as well"
        )

        parser.add_argument(
            "--repair",
            action="store_true",
            help="first mend item documents, search records and index",
        )

    def handle(self, *, gateway: bool, **options: Any) -> None:
        try:
            if options["repair"]:
                self._repair()
            found = run_audit(with_gateway=gateway)
        except InfrastructureError as error:
            raise CommandError(f"{error}. Nothing was compared.") from error
        wrong = [difference for difference in found if not difference.is_in_flight]
        for difference in found:
            mark = "in flight" if difference.is_in_flight else "WRONG"
            self.stdout.write(
                json.dumps(asdict(difference))
                if options["json"]
                else f"{mark}  {difference.kind}  {difference.subject}: {difference.detail}"
            )
        if not options["json"]:
            settling = len(found) - len(wrong)
            self.stdout.write(f"{len(wrong)} differences, {settling} in flight.")
        if wrong:
            sys.exit(1)

    def _repair(self) -> None:
        for name, count in repair_projections():
            self.stderr.write(f"Mended {count} {name}.")
