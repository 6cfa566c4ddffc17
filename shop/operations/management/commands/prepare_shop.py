"""All that must be done before the processes start, in one go."""

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts.roles import ensure_roles
from shop.operations.demo_accounts import refuse_demo_accounts
from shop.operations.store_setup import migrate_stores


class Command(BaseCommand):
    help = "Check the settings, migrate, set the stores up and collect the static files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-static", action="store_true", help="leave static files alone")

    def handle(self, **options: Any) -> None:
        # Only what is wrong is worth a line.
        call_command("check", fail_level="ERROR", stdout=StringIO())
        call_command("migrate", verbosity=0)
        refuse_demo_accounts()
        ensure_roles()
        for setup in migrate_stores():
            if setup.error:
                self.stderr.write(
                    f"{setup.store} does not answer, and the shop starts without it: "
                    f"{setup.error}. Run `manage.py migrate_stores` once it does."
                )
        if not options["no_static"]:
            call_command("collectstatic", interactive=False, verbosity=0)
