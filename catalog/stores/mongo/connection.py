"""One pool of connections per process, opened on first use; every call has a time-out."""

import os
import weakref
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import pymongo
from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.monitoring import CommandListener

Record = dict[str, Any]

DATABASE = "parcelwise"
BULK_TIMES = 5.0  # a bulk write may take so many times as long as a read
SETUP_SECONDS = 600.0  # an index over millions of documents takes its time

# No write is believed before it is in the journals of most members: what was acknowledged survives
# the loss of the primary. The driver drops `wtimeout` where a call has a time-out as a whole, as
# here every call has; the server is told of that one.
DURABLE = WriteConcern("majority", j=True)


class MongoConnection:
    """Hands out collections of the database that `url` names.

    Reads go to the primary unless the URL says otherwise: a page shown after a change, and the
    comparison with the backoffice, must see what was just written. The read concern stays "local":
    what a failover could take back is not yet acknowledged, so the outbox writes it again.
    The driver tries reads and writes once more by itself (`retryReads`, `retryWrites` in the URL);
    both may be repeated, since a write names the revision it is made from.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int,
        timeout_seconds: float,
        listeners: Sequence[CommandListener],
    ) -> None:
        self._url = url
        self._timeout = timeout_seconds
        self._options: dict[str, Any] = {
            "connect": False,
            "maxPoolSize": pool_size,
            # All of a call, looking for a server and trying again included, has this long.
            "timeoutMS": int(timeout_seconds * 1000),
            "serverSelectionTimeoutMS": int(timeout_seconds * 1000),
            "connectTimeoutMS": int(timeout_seconds * 1000),
            "socketTimeoutMS": int(timeout_seconds * BULK_TIMES * 1000),
            "event_listeners": list(listeners),
        }
        # By process: a client's threads and sockets do not survive a fork. An inherited one is
        # kept and left alone, because closing it would speak on its parent's connections.
        self._clients: dict[int, MongoClient[Record]] = {}
        self._close = weakref.finalize(self, _close_own, self._clients)

    @property
    def location(self) -> str:
        """The database and its servers, without any password."""
        hosts, _, rest = self._url.partition("://")[2].rpartition("@")[2].partition("/")
        return f"{rest.partition('?')[0] or DATABASE} at {hosts}"

    def database(self) -> Database[Record]:
        client = self._clients.get(os.getpid())
        if client is None:
            # Two threads may both make one; the one that is not kept was never opened.
            made: MongoClient[Record] = MongoClient(self._url, **self._options)
            client = self._clients.setdefault(os.getpid(), made)
        return client.get_default_database(DATABASE, write_concern=DURABLE)

    def collection(self, name: str) -> Collection[Record]:
        return self.database()[name]

    def one_time(self) -> AbstractContextManager[Any]:
        """Give the calls inside, taken together, as long as one call may take."""
        return pymongo.timeout(self._timeout)

    def bulk_time(self) -> AbstractContextManager[Any]:
        """Give the calls inside, taken together, as long as a bulk write may take."""
        return pymongo.timeout(self._timeout * BULK_TIMES)

    def close(self) -> None:
        """Close this process's connections; the next call opens new ones."""
        _close_own(self._clients)


def _close_own(clients: dict[int, MongoClient[Record]]) -> None:
    client = clients.pop(os.getpid(), None)
    if client is not None:
        client.close()
