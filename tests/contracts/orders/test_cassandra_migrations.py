"""The tables make themselves: once, whoever else is at it."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from orders.archives.cassandra import CassandraOrderArchive
from orders.archives.cassandra.migrations import STEPS
from shop.core.errors import StoreUnavailable
from tests.contracts.orders.cassandra_archives import archive_at, drop, url_of
from tests.contracts.orders.test_order_archive import order

pytestmark = pytest.mark.servers

KEYSPACE = f"test_migrations_{os.getpid()}"
VERSIONS = [(step.version, step.name) for step in STEPS]


@pytest.fixture
def fresh_archive(
    cassandra_keyspace: CassandraOrderArchive,
) -> Iterator[CassandraOrderArchive]:
    with archive_at(url_of(KEYSPACE), pause_seconds=0) as archive:
        yield archive
    drop(KEYSPACE)


def recorded(archive: CassandraOrderArchive) -> list[tuple[int, str]]:
    with archive.connection.session() as session:
        cql = f"SELECT version, name FROM {KEYSPACE}.schema_migrations"  # noqa: S608 - constants
        return sorted(session.execute(cql))


def test_before_the_migrations_every_call_says_what_is_missing(
    fresh_archive: CassandraOrderArchive,
) -> None:
    for call in (
        lambda: fresh_archive.get("A"),
        lambda: fresh_archive.save(order()),
        lambda: fresh_archive.delete("A"),
        lambda: fresh_archive.list_by_customer(7, before=None, limit=1),
        lambda: list(fresh_archive.entries()),
    ):
        with pytest.raises(StoreUnavailable, match="not migrated yet: run migrate_stores"):
            call()
    status = fresh_archive.ping()
    assert (status.answers, status.version[:2]) == (False, "5.")
    assert "run migrate_stores" in status.detail


def test_migrating_twice_changes_nothing(fresh_archive: CassandraOrderArchive) -> None:
    fresh_archive.setup()
    fresh_archive.save(order())
    first = recorded(fresh_archive)

    fresh_archive.setup()

    assert first == recorded(fresh_archive) == VERSIONS
    assert fresh_archive.get("AAAA-AAAA-AAAA") == order()
    assert fresh_archive.ping().answers


def test_many_may_migrate_at_once(fresh_archive: CassandraOrderArchive) -> None:
    def migrate(_: int) -> None:
        with archive_at(url_of(KEYSPACE)) as archive:
            archive.setup()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, range(4)))

    assert recorded(fresh_archive) == VERSIONS
    fresh_archive.save(order())
    assert len(fresh_archive.list_by_customer(7, before=None, limit=5)) == 1


def test_a_step_that_ran_but_was_not_recorded_runs_again(
    fresh_archive: CassandraOrderArchive,
) -> None:
    fresh_archive.setup()
    fresh_archive.save(order())
    with fresh_archive.connection.session() as session:
        cql = f"DELETE FROM {KEYSPACE}.schema_migrations WHERE version = 3"  # noqa: S608 - constants
        session.execute(cql)
    assert not fresh_archive.ping().answers

    fresh_archive.setup()

    assert recorded(fresh_archive) == VERSIONS
    assert len(fresh_archive.list_by_customer(7, before=None, limit=5)) == 1


def test_tables_made_again_are_used_without_a_new_process(
    fresh_archive: CassandraOrderArchive,
) -> None:
    fresh_archive.setup()
    fresh_archive.save(order())
    drop(KEYSPACE)
    with pytest.raises(StoreUnavailable, match="not migrated yet"):
        fresh_archive.get("AAAA-AAAA-AAAA")

    fresh_archive.setup()
    fresh_archive.save(order())

    assert fresh_archive.get("AAAA-AAAA-AAAA") == order()
