"""Archives on the real Cassandra, in a keyspace that goes with the run."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from orders.archives import OrderArchive
from orders.archives.cassandra import CassandraOrderArchive
from orders.archives.cassandra.connection import Connection, Row
from orders.archives.cassandra.statements import Statement
from orders.errors import OrderNotFound
from shop.core.errors import StoreUnavailable
from tests.faulty_proxy import FaultyProxy
from tests.real_servers import server_url

KEYSPACE = f"test_archive_{os.getpid()}"
# Longer than a busy machine stalls; tests of time-outs name a short one of their own.
PATIENCE = 20.0


def url_of(keyspace: str = KEYSPACE, *, proxy: FaultyProxy | None = None, more: str = "") -> str:
    """Return the server's URL with another keyspace, or the way through a proxy."""
    parts = urlsplit(server_url("cassandra"))
    login, at, hosts = parts.netloc.rpartition("@")
    hosts = f"127.0.0.1:{proxy.port}" if proxy else hosts
    return urlunsplit(
        parts._replace(netloc=f"{login}{at}{hosts}", path=keyspace, query=parts.query + more)
    )


def server_address() -> tuple[str, int]:
    parts = urlsplit(server_url("cassandra"))
    return parts.hostname or "", parts.port or 0


@contextmanager
def archive_at(url: str, **given: Any) -> Iterator[CassandraOrderArchive]:
    """Yield an archive and end its session afterwards."""
    archive = CassandraOrderArchive(url=url, **{"timeout_seconds": PATIENCE, **given})
    try:
        yield archive
    finally:
        archive.connection.close()


@cache
def shared_archive() -> CassandraOrderArchive:
    """Return the archive of this run: connecting anew for each test would cost the most."""
    archive = CassandraOrderArchive(url=url_of(), timeout_seconds=PATIENCE, pause_seconds=0)
    archive.setup()
    return archive


@pytest.fixture(scope="session")
def cassandra_keyspace() -> Iterator[CassandraOrderArchive]:
    yield shared_archive()
    drop(KEYSPACE)
    shared_archive().connection.close()
    shared_archive.cache_clear()


@pytest.fixture
def cassandra_archive(
    cassandra_keyspace: CassandraOrderArchive,
) -> Iterator[CassandraOrderArchive]:
    """Yield the shared archive, empty; what a test leaves in it goes afterwards."""
    yield cassandra_keyspace
    for entry in cassandra_keyspace.entries():
        cassandra_keyspace.delete(entry.number)


def drop(keyspace: str) -> None:
    with shared_archive().connection.session() as session:
        session.execute(f"DROP KEYSPACE IF EXISTS {keyspace}", timeout=60)


class Killed(BaseException):
    """What no code of the shop catches: the process is gone."""


class MortalConnection(Connection):
    """A connection whose process dies before it sends one statement more than `left`."""

    left = 1_000_000

    def execute(self, statement: Statement, values: Sequence[object] = ()) -> list[Row]:
        if self.left == 0:
            raise Killed
        self.left -= 1
        return super().execute(statement, values)


def listed(archive: OrderArchive, customer_id: int) -> list[str]:
    """Return the numbers in a customer's list; each must be readable."""
    found = archive.list_by_customer(customer_id, before=None, limit=1000)
    numbers = [summary.number for summary in found]
    for summary in found:
        order = archive.get(summary.number)
        assert (order.customer_id, order.placed_at) == (customer_id, summary.placed_at)
    return numbers


def is_there(archive: OrderArchive, number: str) -> bool:
    try:
        archive.get(number)
    except OrderNotFound:
        return False
    return True


def answers_within(seconds: float, call: Callable[[], object]) -> bool:
    """Try until the archive answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            call()
        except StoreUnavailable:
            time.sleep(0.05)
        else:
            return True
    return False
