"""How many sockets one process holds, and how often one network address may connect.

Not uvicorn's `--limit-concurrency`: that lets WebSockets in all the same, and refuses the health
check instead.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from shop.api.windows import count_call
from shop.core.network import strangers_address


class Places:
    """The sockets that this process has open."""

    def __init__(self) -> None:
        self._taken = 0

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Count one socket meanwhile; tell whether there was room for it."""
        self._taken += 1
        try:
            yield self._taken <= settings.LIVE_MAX_CONNECTIONS
        finally:
            self._taken -= 1


PLACES = Places()


def may_connect(scope: Mapping[str, Any]) -> bool:
    """Count a connection from its address, and tell whether that has not had too many by now.

    While the cache is away nobody is counted.
    """
    address = strangers_address(_request_of(scope))
    if not address:
        return True
    limit = settings.LIVE_CONNECTS_PER_MINUTE
    return not count_call("live", f"a{address}", limit=limit).is_over


def _request_of(scope: Mapping[str, Any]) -> HttpRequest:
    """Return what of a connection tells its address, as the API and the pages would see it."""
    request = HttpRequest()
    client = scope.get("client")
    request.META["REMOTE_ADDR"] = client[0] if client else ""
    # Proxies may send one header each: together they are one list.
    passed = [value for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"]
    if passed:
        request.META["HTTP_X_FORWARDED_FOR"] = b",".join(passed).decode("latin-1")
    return request
