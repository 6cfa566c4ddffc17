"""Tables and indexes of the stores outside SQL, brought to what this code needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from shop.core.errors import StoreUnavailable
from shop.core.stores import stores


@dataclass(frozen=True)
class StoreSetup:
    """What became of one store; `error` is "" if it is ready."""

    store: str
    error: str = ""


def migrate_stores() -> Iterator[StoreSetup]:
    """Set up each store in turn; one that is away does not keep the others.

    Safe to run again, and by several processes at once.
    """
    for alias in stores:
        try:
            stores[alias].setup()
        except StoreUnavailable as error:
            yield StoreSetup(alias, str(error))
        else:
            yield StoreSetup(alias)
