"""Deliver what is due in the outbox, in this process."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shop.core import outbox


class Command(BaseCommand):
    help = (
        "Deliver what is due in the outbox here and now; the timers process does it all the time."
    )

    def handle(self, **options: Any) -> None:
        total = 0
        while delivered := outbox.deliver_due(now=timezone.now()):
            total += delivered
        self.stdout.write(f"{total} events delivered.")
