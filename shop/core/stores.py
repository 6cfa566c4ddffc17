"""Look up the stores named in `settings.STORES`, as Django does for CACHES and STORAGES."""

import abc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string


class InvalidStoreError(ImproperlyConfigured):
    """The STORES setting lacks an alias or names a class that cannot be imported."""


@dataclass(frozen=True, kw_only=True)
class StoreStatus:
    """What `manage.py stores` and `/readyz` tell about a store, in plain words."""

    name: str
    kind: str
    location: str
    version: str = ""
    answers: bool = True
    detail: str = ""


class Store(abc.ABC):
    """What every swappable store offers besides its own methods."""

    def setup(self) -> None:  # noqa: B027 - many stores need none
        """Create the tables or indexes the store needs; safe to call again."""

    @abc.abstractmethod
    def ping(self) -> StoreStatus:
        """Return the store's state; never raises, an absent server is `answers=False`."""


class StoreHandler:
    """Build each store once, when it is first asked for."""

    def __init__(self) -> None:
        self._stores: dict[str, Any] = {}
        self._creating = Lock()

    def __getitem__(self, alias: str) -> Any:
        if alias not in self._stores:
            # Two would have connections each, and those of the one that is dropped stay open.
            with self._creating:
                if alias not in self._stores:
                    self._stores[alias] = self._create(alias)
        return self._stores[alias]

    def __iter__(self) -> Iterator[str]:
        return iter(settings.STORES)

    def reset(self) -> None:
        self._stores.clear()

    def _create(self, alias: str) -> Any:
        try:
            config: Mapping[str, Any] = settings.STORES[alias]
        except KeyError:
            raise InvalidStoreError(f"STORES has no entry {alias!r}.") from None
        try:
            store_class = import_string(config["BACKEND"])
        except ImportError as error:
            raise InvalidStoreError(f"STORES[{alias!r}]: {error}") from error
        return store_class(**config.get("OPTIONS", {}))


stores = StoreHandler()


def _reset_stores(*, setting: str, **kwargs: Any) -> None:
    if setting == "STORES":
        stores.reset()


setting_changed.connect(_reset_stores)
