"""What stands between the shop and its servers: a dead one costs one time-out, not one a call."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from shop.core.errors import StoreUnavailable

PAUSE_SECONDS = 10.0  # several times the time-out of any client

Errors = tuple[type[Exception], ...]


class Breaker:
    """After a failure, say no for a while: a dead server costs one time-out, not one a call."""

    def __init__(self, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._pause = pause_seconds
        self._closed_until = 0.0

    def allows(self) -> bool:
        return time.monotonic() >= self._closed_until

    @property
    def is_suspect(self) -> bool:
        """Tell whether it tripped and nothing has succeeded since, as far as it was told."""
        return self._closed_until > 0

    def trip(self) -> None:
        self._closed_until = time.monotonic() + self._pause

    def reset(self) -> None:
        self._closed_until = 0.0


class Guard:
    """Translates a driver's errors into ours and spares a dead server further calls.

    `unreachable` errors open the breaker: for the pause that follows every call is refused at
    once, and then one call tries while the others go on being refused. `refused` errors (a
    read-only index, a full disk) are translated too, but the server did answer.
    """

    def __init__(
        self,
        store: str,
        *,
        unreachable: Errors,
        refused: Errors = (),
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._store = store
        self._unreachable = unreachable
        self._refused = refused
        self._breaker = Breaker(pause_seconds)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Run one or more calls of the driver.

        :raises StoreUnavailable: if the server does not answer, refuses, or did not answer a
            moment ago
        """
        if not self._breaker.allows():
            raise StoreUnavailable(self._store, "it did not answer a moment ago")
        if self._breaker.is_suspect:
            self._breaker.trip()  # this call tries again; the others need not wait with it
        try:
            yield
        except self._unreachable as error:
            self._breaker.trip()
            raise StoreUnavailable(self._store, str(error).strip()) from error
        except self._refused as error:
            self._breaker.reset()
            raise StoreUnavailable(self._store, str(error).strip()) from error
        self._breaker.reset()
