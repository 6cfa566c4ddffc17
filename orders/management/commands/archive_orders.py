"""Move finished orders to the archive."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from orders.services import archive_orders


class Command(BaseCommand):
    help = "Move finished, settled orders older than ARCHIVE_AFTER_DAYS to the archive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=10_000, help="at most so many")

    def handle(self, *, limit: int, **options: Any) -> None:
        moved = archive_orders(now=timezone.now(), limit=limit)
        self.stdout.write(f"{moved} orders moved to the archive.")
