"""The `timers` process."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from shop.operations.timers import Timers


class Command(BaseCommand):
    help = "Time payments out and relay the outbox, until stopped."

    def handle(self, **options: Any) -> None:
        timers = Timers()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: timers.stop.set())
        self.stdout.write("The timers run.")
        timers.run()
