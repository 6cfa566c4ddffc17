"""Item stores on the MongoDB-protocol servers, in a database that goes with the test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient

from catalog.stores.mongo import MongoItemStore
from tests.faulty_proxy import Certificates, FaultyProxy
from tests.real_servers import server_url

DATABASE = f"test_items_{os.getpid()}"
# Longer than a busy machine stalls; tests of time-outs name a short one of their own.
PATIENCE = 20.0
SHORT = 0.5
PAUSE = 1.0


def database_url(server: str, options: str = "") -> str:
    return f"{server_url(server)}/{DATABASE}{options}"


def proxied_url(proxy: FaultyProxy, options: str = "") -> str:
    # Direct: a member of a replica set would tell its own address, and the driver would go there.
    return f"mongodb://127.0.0.1:{proxy.port}/{DATABASE}?directConnection=true{options}"


def address(server: str) -> tuple[str, int]:
    parts = urlsplit(server_url(server))
    return parts.hostname or "", parts.port or 0


@contextmanager
def mongo_store(server: str, **given: Any) -> Iterator[MongoItemStore]:
    """Yield a store on an empty database of this process; drop it afterwards."""
    options = {"url": database_url(server), "timeout_seconds": PATIENCE, **given}
    store = MongoItemStore(**options)
    try:
        yield store
    finally:
        store.close()
        drop(server)


def drop(server: str) -> None:
    with MongoClient[dict[str, Any]](server_url(server)) as client:
        client.drop_database(DATABASE)


@contextmanager
def proxied(
    server: str, options: str = "", certificates: Certificates | None = None, **given: Any
) -> Iterator[tuple[FaultyProxy, MongoItemStore]]:
    tls = certificates.server_context() if certificates else None
    with FaultyProxy(address(server), tls=tls) as proxy:
        waits = {"timeout_seconds": SHORT, "pause_seconds": PAUSE, **given}
        with mongo_store(server, url=proxied_url(proxy, options), **waits) as store:
            yield proxy, store
