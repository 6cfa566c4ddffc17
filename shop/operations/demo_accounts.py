"""The demo's log-ins are public: a shop that is no demo must not have them."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from shop.demo.people import logins


def refuse_demo_accounts() -> None:
    """Stop a shop that is no demo from starting on a database that once was one.

    :raises CommandError: naming the staff accounts that still have the published password
    """
    if settings.DEMO:
        return
    staff = {login.email: login.password for login in logins() if login.is_staff}
    found = get_user_model().objects.filter(email__in=staff, is_active=True, is_staff=True)
    open_to_all = [user.email for user in found if user.check_password(staff[user.email])]
    if open_to_all:
        raise CommandError(
            f"{', '.join(open_to_all)} can sign in with the demo's published password. Start with "
            "an empty database, or change the passwords or deactivate the accounts first."
        )
