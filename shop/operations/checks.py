"""System checks: what is fine for trying the shop out and not for taking money."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004

DEVELOPMENT = "only-for-development"


@register(Tags.security)
def check_secrets(**kwargs: Any) -> list[CheckMessage]:
    """Refuse the development secrets once the shop is more than a demo on this machine."""
    if settings.DEBUG or (settings.DEMO and not settings.HTTPS):
        return []
    found: list[CheckMessage] = [
        Error(f"{name} has its development value.", hint=f"Set {name}.", id="shop.E001")
        for name in ("SECRET_KEY", "SANDBOX_SECRET")
        if str(getattr(settings, name)).startswith(DEVELOPMENT)
    ]
    if settings.DEMO:
        found.append(
            Error(
                "DEMO is on at a public address: its log-ins and its mailbox are open to all.",
                hint="Set DEMO=false.",
                id="shop.E002",
            )
        )
    if not settings.HTTPS:
        found.append(
            Warning(
                "SHOP_URL is not https://, so cookies travel in the clear.",
                hint="Set SHOP_URL to the address that customers use.",
                id="shop.W001",
            )
        )
    return found
