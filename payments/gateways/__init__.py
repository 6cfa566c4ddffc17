"""The payment gateways named in `settings.PAYMENT_GATEWAYS`, each built once, on first use."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from payments.gateways.base import Gateway

__all__ = ["Gateway", "GatewayHandler", "InvalidGatewayError", "gateway", "gateways"]


class InvalidGatewayError(ImproperlyConfigured):
    """PAYMENT_GATEWAYS lacks a name or holds a class that cannot be imported."""


class GatewayHandler:
    """Build each gateway when it is first asked for."""

    def __init__(self) -> None:
        self._gateways: dict[str, Gateway] = {}

    def __getitem__(self, name: str) -> Gateway:
        if name not in self._gateways:
            self._gateways[name] = self._create(name)
        return self._gateways[name]

    def __contains__(self, name: object) -> bool:
        return name in settings.PAYMENT_GATEWAYS

    def reset(self) -> None:
        """Forget the gateways built so far."""
        for built in self._gateways.values():
            built.close()
        self._gateways.clear()

    def _create(self, name: str) -> Gateway:
        try:
            config: Mapping[str, Any] = settings.PAYMENT_GATEWAYS[name]
        except KeyError:
            raise InvalidGatewayError(f"PAYMENT_GATEWAYS has no entry {name!r}.") from None
        try:
            gateway_class: type[Gateway] = import_string(config["BACKEND"])
        except ImportError as error:
            raise InvalidGatewayError(f"PAYMENT_GATEWAYS[{name!r}]: {error}") from error
        return gateway_class(**config.get("OPTIONS", {}))


gateways = GatewayHandler()


def gateway(name: str) -> Gateway:
    """Return the gateway of that name.

    :raises InvalidGatewayError: when the settings have none
    """
    return gateways[name]


def _reset_gateways(*, setting: str, **kwargs: Any) -> None:
    if setting == "PAYMENT_GATEWAYS":
        gateways.reset()


setting_changed.connect(_reset_gateways)
