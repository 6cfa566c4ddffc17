"""Train on a file of interactions and write what to recommend to each customer."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.spark.errors import BadPurchases, JobFailed, NoSpark
from recommendations.spark.job import run
from recommendations.spark.recipe import Mode


class Command(BaseCommand):
    help = "Build recommendations with Spark from a Parquet file of interactions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interactions", required=True, help="Parquet: user_id, item_id, ts")
        parser.add_argument("--output", required=True, type=Path, help="user TAB item, by rank")
        parser.add_argument("--top", type=_positive, default=20, help="items for each customer")
        parser.add_argument("--mode", choices=[*Mode], default=Mode.NOVEL.value)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--work", type=Path, help="folder from which a run that died goes on")

    def handle(self, **options: Any) -> None:
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
