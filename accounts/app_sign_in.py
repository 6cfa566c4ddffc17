"""How signing in from an app differs from doing so in a browser."""

from typing import Any

from allauth.core import context
from django.conf import settings
from django.http import HttpRequest

# Who forgot a password types a code into the app; the link for browsers would lead out of it.
FOR_APPS = {"ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED": True}


def is_from_app(request: HttpRequest | None) -> bool:
    """Tell whether allauth's view for apps answers the request."""
    return hasattr(getattr(request, "allauth", None), "headless")


def setting_for_this_client(name: str, default: Any) -> Any:
    """Return what allauth shall take a setting to be in this request."""
    if name in FOR_APPS and is_from_app(context.request):
        return FOR_APPS[name]
    return getattr(settings, name, default)
