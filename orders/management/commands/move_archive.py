"""Move archived orders from PostgreSQL to the configured archive."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.services import move_archive
from shop.core.errors import DomainError, StoreUnavailable


class Command(BaseCommand):
    help = "Move archived orders from PostgreSQL to Cassandra, once CASSANDRA_URL is set."

    def handle(self, **options: Any) -> None:
        try:
            moved = move_archive(progress=self._show)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except StoreUnavailable as error:
            raise CommandError(f"{error}. Run it again to go on.") from error
        self.stdout.write(f"{moved.count} orders moved.")
        if moved.left:
            raise CommandError(
                f"{moved.left} orders could not be moved and are still in PostgreSQL;"
                " the log says which and why."
            )

    def _show(self, count: int) -> None:
        self.stderr.write(f"\r{count} orders", ending="")
        self.stderr.flush()
