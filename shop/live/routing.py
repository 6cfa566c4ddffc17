"""Addresses of the live process (design §9: they are stable)."""

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.urls import path, re_path

from shop.live import health
from shop.live.consumer import OrderConsumer

ADDRESS = "ws/orders/<str:number>/"


class OwnOrigins(OriginValidator):
    """Pages of other sites may not use a shopper's cookies; apps send no origin and no cookies."""

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(super().valid_origin(parsed_origin))


application = ProtocolTypeRouter(
    {
        "http": health.application,
        "websocket": OwnOrigins(
            URLRouter(
                [
                    path(ADDRESS, OrderConsumer.as_asgi()),  # type: ignore[list-item,arg-type]
                    re_path("", WebsocketDenier.as_asgi()),  # type: ignore[list-item,arg-type]
                ]
            ),
            settings.ALLOWED_HOSTS,
        ),
    }
)
