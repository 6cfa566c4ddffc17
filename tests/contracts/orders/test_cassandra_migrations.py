"""The tables make themselves: once, whoever else is at it."""

import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from orders.archives.cassandra import CassandraOrderArchive
from orders.archives.cassandra.migrations import (
    LOCK_SECONDS,
    STEP_SECONDS,
    STEPS,
    Migration,
    migrate,
)
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
    def set_up(_: int) -> None:
        with archive_at(url_of(KEYSPACE)) as archive:
            archive.setup()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(set_up, range(4)))

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


@contextmanager
def migration(archive: CassandraOrderArchive, **given: float) -> Iterator[Migration]:
    """Lend the parts of a run in a keyspace that is there; what they raise is translated."""
    archive.setup()
    with archive.connection.session() as session:
        yield Migration(session, archive.connection.address, **given)  # type: ignore[arg-type]


def test_nodes_that_do_not_agree_in_time(fresh_archive: CassandraOrderArchive) -> None:
    # No node tells its schema so fast.
    with (
        pytest.raises(StoreUnavailable, match="do not agree on the schema yet"),
        migration(fresh_archive, agreement_seconds=1e-6) as run,
    ):
        run.run(STEPS[0])

    fresh_archive.setup()
    assert fresh_archive.ping().answers


def test_a_data_center_that_is_not_there(fresh_archive: CassandraOrderArchive) -> None:
    elsewhere = replace(fresh_archive.connection.address, datacenter="elsewhere")

    with (
        pytest.raises(StoreUnavailable, match="elsewhere"),
        fresh_archive.connection.session() as session,
    ):
        migrate(session, elsewhere, replication=1)


def test_a_lock_that_is_renewed_outlasts_its_own_time(
    fresh_archive: CassandraOrderArchive,
) -> None:
    rival = uuid.uuid4()
    with migration(fresh_archive, lock_seconds=4) as run, run.lock() as mine:
        started = time.monotonic()
        while time.monotonic() - started < 6:
            run.renew(mine)
            assert not run._take_lock(rival)
            time.sleep(0.5)

    with fresh_archive.connection.session() as session:
        cql = f"SELECT holder FROM {KEYSPACE}.migration_lock"  # noqa: S608 - constants
        assert list(session.execute(cql)) == []


def test_a_run_whose_lock_ran_out_stops(fresh_archive: CassandraOrderArchive) -> None:
    def outlive_it() -> None:
        with migration(fresh_archive, lock_seconds=1) as run, run.lock() as mine:
            time.sleep(2.5)
            run.renew(mine)

    with pytest.raises(StoreUnavailable, match="lock of this migration ran out"):
        outlive_it()


def test_a_lock_outlasts_the_slowest_step() -> None:
    # renewing, changing, waiting for all to agree, recording
    assert LOCK_SECONDS > 4 * STEP_SECONDS


@pytest.mark.parametrize("consistency", ["LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL"])
def test_every_level_that_is_allowed_works(
    fresh_archive: CassandraOrderArchive, consistency: str
) -> None:
    with archive_at(url_of(KEYSPACE), consistency=consistency, pause_seconds=0) as archive:
        archive.setup()
        archive.save(order())

        assert archive.get("AAAA-AAAA-AAAA") == order()
        assert len(archive.list_by_customer(7, before=None, limit=5)) == 1
        assert archive.ping().detail == ""
        archive.delete("AAAA-AAAA-AAAA")


def test_fewer_copies_than_the_settings_say_are_told(
    fresh_archive: CassandraOrderArchive,
) -> None:
    fresh_archive.setup()

    with archive_at(url_of(KEYSPACE), replication=3) as archive:
        status = archive.ping()

    assert status.answers
    datacenter = fresh_archive.connection.address.datacenter
    assert f"keeps 1 copies in {datacenter}, CASSANDRA_REPLICATION says 3" in status.detail
