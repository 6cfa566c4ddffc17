"""Move archived orders from PostgreSQL to the configured archive."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.services import move_archive
from shop.core.errors import ShopError


class Command(BaseCommand):
    help = "Move archived orders from PostgreSQL to Cassandra, once CASSANDRA_URL is set."

    def handle(self, **options: Any) -> None:
        try:
            moved = move_archive(progress=self._show)
        except ShopError as error:
            raise CommandError(f"{error} Run it again to go on.") from error
        self.stdout.write(f"{moved} orders moved.")

    def _show(self, count: int) -> None:
        self.stderr.write(f"\r{count} orders", ending="")
        self.stderr.flush()
