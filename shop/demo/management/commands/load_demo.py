"""Fill the shop with its demo data; what is there already stays as it is."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shop.demo.loading import load_demo
from shop.demo.settling import settle


class Command(BaseCommand):
    help = "Load the demo products, warehouses, stock and customers that are not there yet."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is off: the demo's log-ins are public and are not made.")
        loud = options["verbosity"] > 1
        report = load_demo(
            now=timezone.now(),
            on_progress=lambda text: self.stdout.write(text) if loud else None,
        )
        if report.changed_nothing:
            self.stdout.write("The demo data is all there.")
            return
        settle(now=timezone.now())
        self.stdout.write(
            f"Demo data loaded: {report.products} products, {report.lanes} delivery lanes, "
            f"{report.people} accounts, {report.orders} orders."
        )
