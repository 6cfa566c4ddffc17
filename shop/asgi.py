"""The ASGI application: WebSockets only; pages and API are `shop.wsgi`'s."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django.setup()

from shop.live.routing import application  # noqa: E402 - needs the apps

__all__ = ["application"]
