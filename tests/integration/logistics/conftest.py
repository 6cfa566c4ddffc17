"""Listening to what logistics announces."""

from collections.abc import Callable

import pytest

from logistics.events import AvailabilityChanged
from shop.core import outbox


class _Listener:
    """Registered once, as the outbox never forgets a subscriber."""

    def __init__(self) -> None:
        self.skus: list[str] = []

    def hear(self, event: AvailabilityChanged) -> None:
        self.skus.append(event.sku)


_listener = _Listener()
outbox.subscribe_in_transaction(AvailabilityChanged, _listener.hear)


@pytest.fixture
def announced() -> Callable[[], list[str]]:
    """SKUs whose availability changed since the last question."""
    _listener.skus.clear()

    def since_last() -> list[str]:
        heard = list(_listener.skus)
        _listener.skus.clear()
        return heard

    return since_last
