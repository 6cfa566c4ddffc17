"""Write every item document again from the backoffice record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import services
from shop.core.errors import StoreUnavailable


class Command(BaseCommand):
    help = "Write every item document again and remove those without a product."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            rebuilt = services.rebuild_items(progress=self._show)
        except StoreUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{rebuilt.written} item documents written, {rebuilt.removed} removed.")

    def _show(self, count: int) -> None:
        self.stderr.write(f"\r{count} products", ending="")
        self.stderr.flush()
