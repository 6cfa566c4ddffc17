"""Move finished orders to the archive."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orders.services import archive_orders
from shop.core.errors import StoreUnavailable


class Command(BaseCommand):
    help = "Move finished, settled orders older than ARCHIVE_AFTER_DAYS to the archive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=10_000, help="at most so many")

    def handle(self, *, limit: int, **options: Any) -> None:
        try:
            moved = archive_orders(now=timezone.now(), limit=limit)
        except StoreUnavailable as error:
            raise CommandError(f"{error}. The orders stay where they are.") from error
        self.stdout.write(f"{moved} orders moved to the archive.")
