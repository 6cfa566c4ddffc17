"""How pages are rendered."""

from pathlib import Path
from typing import Any


def templates(base: Path) -> list[dict[str, Any]]:
    """Return `settings.TEMPLATES` for the project in that folder."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [base / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "shop.pages.context.chrome",
                ],
                "builtins": [
                    "django.templatetags.static",
                    "shop.core.templatetags.money",
                    "shop.pages.templatetags.parcelwise",
                ],
            },
        }
    ]
