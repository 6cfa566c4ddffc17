"""A process that dies between two writes leaves nothing listed that cannot be read."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from orders.archives import OrderArchive
from orders.archives.cassandra import CassandraOrderArchive
from orders.types import OrderView
from tests.contracts.orders.cassandra_archives import (
    PATIENCE,
    Killed,
    MortalConnection,
    is_there,
    listed,
    url_of,
)
from tests.contracts.orders.test_order_archive import NOON, order

pytestmark = pytest.mark.servers

NUMBER = "AAAA-AAAA-AAAA"
SAVES = 4  # statements: find, whole order, year, list
MOVES = 5  # and the old row of the list
DELETES = 3
GIVEN_AWAY = replace(order(), customer_id=8, placed_at=NOON.replace(year=2024))


@pytest.fixture(scope="module")
def mortal_archive(
    cassandra_keyspace: CassandraOrderArchive,
) -> Iterator[CassandraOrderArchive]:
    archive = CassandraOrderArchive(
        url=url_of(), timeout_seconds=PATIENCE, connect=MortalConnection
    )
    yield archive
    archive.connection.close()


def die_before(
    statement: int, archive: CassandraOrderArchive, call: Callable[[OrderArchive], None]
) -> None:
    connection = archive.connection
    assert isinstance(connection, MortalConnection)
    connection.left = statement
    try:
        with pytest.raises(Killed):
            call(archive)
    finally:
        del connection.left


def save(order: OrderView) -> Callable[[OrderArchive], None]:
    return lambda archive: archive.save(order)


@pytest.mark.parametrize("statement", range(SAVES))
def test_killed_while_saving(
    cassandra_archive: CassandraOrderArchive,
    mortal_archive: CassandraOrderArchive,
    statement: int,
) -> None:
    die_before(statement, mortal_archive, save(order()))

    assert listed(cassandra_archive, 7) == []

    cassandra_archive.save(order())

    assert cassandra_archive.get(NUMBER) == order()
    assert listed(cassandra_archive, 7) == [NUMBER]


@pytest.mark.parametrize("statement", range(MOVES))
def test_killed_while_an_order_changes_lists(
    cassandra_archive: CassandraOrderArchive,
    mortal_archive: CassandraOrderArchive,
    statement: int,
) -> None:
    cassandra_archive.save(order())
    die_before(statement, mortal_archive, save(GIVEN_AWAY))

    assert is_there(cassandra_archive, NUMBER)
    assert len(listed(cassandra_archive, 7) + listed(cassandra_archive, 8)) <= 1

    cassandra_archive.save(GIVEN_AWAY)

    assert cassandra_archive.get(NUMBER) == GIVEN_AWAY
    assert (listed(cassandra_archive, 7), listed(cassandra_archive, 8)) == ([], [NUMBER])


@pytest.mark.parametrize("statement", range(DELETES))
def test_killed_while_deleting(
    cassandra_archive: CassandraOrderArchive,
    mortal_archive: CassandraOrderArchive,
    statement: int,
) -> None:
    cassandra_archive.save(order())
    die_before(statement, mortal_archive, lambda archive: archive.delete(NUMBER))

    assert is_there(cassandra_archive, NUMBER)
    assert listed(cassandra_archive, 7) in ([], [NUMBER])

    cassandra_archive.delete(NUMBER)

    assert not is_there(cassandra_archive, NUMBER)
    assert listed(cassandra_archive, 7) == []


def test_the_counts_of_statements_are_right(
    cassandra_archive: CassandraOrderArchive, mortal_archive: CassandraOrderArchive
) -> None:
    connection = mortal_archive.connection
    assert isinstance(connection, MortalConnection)

    counts = []
    calls = [save(order()), save(GIVEN_AWAY), lambda archive: archive.delete(NUMBER)]
    for call in calls:
        connection.left = 100
        call(mortal_archive)
        counts.append(100 - connection.left)
    del connection.left

    assert counts == [SAVES, MOVES, DELETES]
