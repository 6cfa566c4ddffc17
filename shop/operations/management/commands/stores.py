"""Say what each store is, where it is, and whether it answers."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from shop.operations.health import store_statuses


class Command(BaseCommand):
    help = "Say what each store is, where, which version, and whether it answers."

    def handle(self, **options: Any) -> None:
        statuses = store_statuses()
        for status in statuses:
            state = "answers" if status.answers else f"DOES NOT ANSWER: {status.detail}"
            version = f" {status.version}" if status.version else ""
            self.stdout.write(f"{status.name:<14} {status.kind}{version}, {state}")
            self.stdout.write(f"{'':<14} at {status.location}")
        if not all(status.answers for status in statuses):
            sys.exit(1)
