"""Time out every payment whose window is over."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from payments.selectors import due_payments
from payments.services import expire_payment


class Command(BaseCommand):
    help = "Time out every payment whose window is over; the timers process does it all the time."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        ended = sum(expire_payment(payment_id=each, now=now) for each in due_payments(now=now))
        self.stdout.write(f"{ended} payments timed out.")
