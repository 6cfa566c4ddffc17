"""What `manage.py check --deploy` says of the mail settings."""

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_mail_leaves_the_shop(**_: Any) -> list[checks.CheckMessage]:
    """Warn of a shop whose e-mails end in its own database."""
    if settings.EMAIL_URL:
        return []
    return [
        checks.Warning(
            "EMAIL_URL is not set: e-mails are kept in the database and reach nobody.",
            id="notifications.W001",
        )
    ]
