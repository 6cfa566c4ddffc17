"""Say how to sign in to the demo shop."""

from typing import Any

from django.core.management.base import BaseCommand

from shop.demo.people import PASSWORD, logins


class Command(BaseCommand):
    help = "Print the demo log-ins of staff and customers."

    def handle(self, **_options: Any) -> None:
        for title, is_staff in (("Staff (/admin/)", True), ("Customers", False)):
            emails = [login.email for login in logins() if login.is_staff is is_staff]
            self.stdout.write(f"{title}: {', '.join(emails)}")
        self.stdout.write(f"Password of all of them: {PASSWORD}")
