"""Have a customer's behavioural events taken out of the lake."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from recommendations.services import ask_to_forget


class Command(BaseCommand):
    help = "Have a customer's behavioural events taken out of the event lake (privacy)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer_id", type=int, help="the number of the account")

    def handle(self, *, customer_id: int, **options: Any) -> None:
        ask_to_forget(customer_id=customer_id, now=timezone.now())
        self.stdout.write(
            f"Customer {customer_id}: events go within the hour, those on their way within a day."
        )
