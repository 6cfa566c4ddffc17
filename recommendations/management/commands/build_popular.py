"""Collect what is on the event stream and rebuild the lists of popular products."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from recommendations import services


class Command(BaseCommand):
    help = "Collect events into the lake and rebuild the lists of popular products."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        collected = services.collect_events(now=now)
        places = services.build_popular(now=now)
        self.stdout.write(
            f"{collected.kept} events collected, {collected.parked} parked; "
            f"{places} places in the lists of popular products."
        )
