"""A system check: what browsers would refuse to connect to."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def check_live_url(**kwargs: Any) -> list[CheckMessage]:
    """Refuse ws:// under https://, which is mixed content: no page could listen."""
    if not settings.HTTPS or settings.LIVE_URL.startswith("wss://"):
        return []
    return [
        Error(
            "LIVE_URL is not wss://, but SHOP_URL is https://: browsers refuse to connect.",
            hint="Unset LIVE_URL and let the proxy pass /ws/ on, see docs/deployment.md.",
            id="shop.E003",
        )
    ]
