"""Build the search index anew beside the live one and swap it in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import services
from shop.core.errors import ShopError


class Command(BaseCommand):
    """Rebuild, roll back or repair the search index; searches go on all the while."""

    help = "Build the search index anew and swap it in; searches go on all the while."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--records", action="store_true", help="read every product again first"
        )
        choice.add_argument(
            "--rollback", action="store_true", help="go back to the index before the last rebuild"
        )
        choice.add_argument(
            "--repair", action="store_true", help="only mend what differs, in the live index"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(options)
        except ShopError as error:
            raise CommandError(str(error)) from error

    def _run(self, options: dict[str, Any]) -> None:
        if options["rollback"]:
            behind = services.roll_back_index()
            self.stdout.write(f"Back at the earlier index; {behind} products were caught up.")
        elif options["repair"]:
            self.stdout.write(f"Mended {services.repair_index()} products.")
        else:
            self._rebuild(read_records=options["records"])

    def _rebuild(self, *, read_records: bool) -> None:
        if read_records:
            count = services.refresh_all_records(progress=self._say("products read"))
            self.stdout.write(f"Read {count} products again.")
        report = services.rebuild_index(progress=self._say("products indexed"))
        self.stdout.write(
            f"Rebuilt the index of {report.documents} products, {report.caught_up} of them "
            f"changed meanwhile; verified, checksum {report.checksum}."
        )

    def _say(self, what: str) -> Any:
        return lambda count: self.stdout.write(f"{count} {what}", ending="\r")
