"""Do a run of the nightly job now, or train on a file of interactions and write its lists."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations import services
from recommendations.models import RunStatus
from recommendations.runs.errors import RunInProgress, RunTakenOver
from recommendations.spark.errors import BadPurchases, JobFailed, NoSpark
from recommendations.spark.job import run
from recommendations.spark.recipe import Mode
from shop.core.errors import StoreUnavailable


class Command(BaseCommand):
    help = (
        "Build recommendations with Spark: from the event lake, as every night, or with"
        " --interactions from a Parquet file into a text file, apart from the shop."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interactions", help="Parquet: user_id, item_id, ts")
        parser.add_argument("--output", type=Path, help="user TAB item, by rank")
        parser.add_argument("--top", type=_positive, default=20, help="items for each customer")
        parser.add_argument("--mode", choices=[*Mode], default=Mode.NOVEL.value)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--work", type=Path, help="folder from which a run that died goes on")

    def handle(self, **options: Any) -> None:
        if options["interactions"] is None:
            self._run_now()
        elif options["output"] is None:
            raise CommandError("--interactions needs --output: the file to write.")
        else:
            self._learn_from_file(options)

    def _run_now(self) -> None:
        """Print each stage as it ends, and last what became of the run."""
        try:
            made = services.build_lists(tell=self._say)
        except (RunInProgress, RunTakenOver, StoreUnavailable) as error:
            raise CommandError(str(error)) from error
        if made is None or made.status == RunStatus.FAILED:
            raise CommandError("No lists were made; the pages show what they showed before.")
        self._say(f"Lists for {made.customer_count} customers: {made.get_status_display()}.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _learn_from_file(self, options: dict[str, Any]) -> None:
        try:
            users, lines = run(
                interactions=options["interactions"],
                output=options["output"],
                top=options["top"],
                mode=Mode(options["mode"]),
                seed=options["seed"],
                work=options["work"],
            )
        except (BadPurchases, JobFailed, NoSpark) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{lines} recommendations for {users} customers.")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
