"""One lazy session per process, built anew when every node was lost, and its errors as ours."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock
from typing import Any
from weakref import WeakSet

from cassandra import (
    ConfigurationException,
    InvalidRequest,
    OperationTimedOut,
    RequestExecutionException,
    Timeout,
    Unauthorized,
    UnresolvableContactPoints,
)
from cassandra.cluster import NoHostAvailable, Session
from cassandra.connection import ConnectionException
from cassandra.protocol import ErrorMessage
from cassandra.query import PreparedStatement

from orders.archives.cassandra.address import Address
from orders.archives.cassandra.driver import DaemonExecutor, NoAnswer, open_session, wait_for
from orders.archives.cassandra.statements import Statement
from shop.core.breaker import Guard

Row = tuple[Any, ...]


class NotMigrated(Exception):
    """The tables are not there, or not as this version wants them."""

    def __init__(self, detail: object = "") -> None:
        super().__init__(f"It is not migrated yet: run migrate_stores. {detail}".strip())


class MigrationStopped(Exception):
    """It cannot go on now; it may be run again."""


UNREACHABLE = (
    NoHostAvailable,
    OperationTimedOut,
    NoAnswer,
    Timeout,
    ConnectionException,
    UnresolvableContactPoints,
)
REFUSED = (
    RequestExecutionException,
    ErrorMessage,  # also the configuration errors that the driver passes on as they came
    ConfigurationException,
    Unauthorized,
    NotMigrated,
    MigrationStopped,
)


class Opened:
    """A session and what has been prepared in it."""

    def __init__(self, session: Session, *, keyspace: str, timeout_seconds: float) -> None:
        self.session = session
        self._keyspace = keyspace
        self._timeout = timeout_seconds
        self._prepared: dict[Statement, PreparedStatement] = {}

    def execute(self, statement: Statement, values: Sequence[object]) -> list[Row]:
        # Two threads may prepare the same one; neither the server nor the driver minds.
        if statement not in self._prepared:
            self._prepared[statement] = self._prepare(statement)
        return list(self.session.execute(self._prepared[statement], values))

    def _prepare(self, statement: Statement) -> PreparedStatement:
        text = statement.cql.format(keyspace=self._keyspace)
        # Left to itself the driver waits ten seconds for this, whatever it was told.
        preparing = DaemonExecutor().submit(self.session.prepare, text)
        prepared: PreparedStatement = wait_for(preparing, self._timeout)
        prepared.is_idempotent = statement.is_idempotent
        return prepared


class Connection:
    """Runs prepared statements; safe among threads, and in a process forked from one that had it.

    The driver reconnects by itself to nodes that come back. When it has lost them all the session
    is given up and the next call, after the breaker's pause, makes another: left to itself the
    driver never again asks a node that once refused the password.
    """

    def __init__(
        self, address: Address, *, consistency: int, timeout_seconds: float, pause_seconds: float
    ) -> None:
        self.address = address
        self._consistency = consistency
        self._timeout = timeout_seconds
        self._guard = Guard(
            "the order archive",
            unreachable=UNREACHABLE,
            refused=REFUSED,
            pause_seconds=pause_seconds,
        )
        self._lock = Lock()
        self._opening: Future[Opened] | None = None
        _connections.add(self)

    def execute(self, statement: Statement, values: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return all its rows.

        :raises StoreUnavailable: if the server does not answer, refuses or is not migrated
        """
        with self._opened() as opened:
            return opened.execute(statement, values)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Lend the driver's session for what is not prepared; errors are translated all the same.

        :raises StoreUnavailable: as `execute` does
        """
        with self._opened() as opened:
            yield opened.session

    def close(self) -> None:
        """End the session, if there is one; the next call makes another."""
        with self._lock:
            opening, self._opening = self._opening, None
        if opening and opening.done() and not opening.exception():
            opening.result().session.cluster.shutdown()

    def forget(self) -> None:
        """Leave the session to the process that made it, of which this one is a copy."""
        _left_to_the_parent.append(self._opening)  # ending it here would disturb it there
        self._lock = Lock()
        self._opening = None

    @contextmanager
    def _opened(self) -> Iterator[Opened]:
        with self._guard():
            opening = self._open()
            try:
                # Looking names up and trying one node after the other can take many time-outs.
                # That goes on without us; who comes after the pause may find it done.
                yield wait_for(opening, self._timeout)
            except NoHostAvailable:
                self._give_up(opening)
                raise
            except InvalidRequest as error:
                if _is_about_schema(error):
                    raise NotMigrated(error) from error
                raise

    def _open(self) -> "Future[Opened]":
        with self._lock:
            opening = self._opening
            if opening is None or (opening.done() and opening.exception()):
                opening = self._opening = DaemonExecutor().submit(self._connect)
            return opening

    def _connect(self) -> Opened:
        session = open_session(
            self.address, consistency=self._consistency, timeout_seconds=self._timeout
        )
        return Opened(session, keyspace=self.address.keyspace, timeout_seconds=self._timeout)

    def _give_up(self, opening: "Future[Opened]") -> None:
        with self._lock:
            if self._opening is opening:
                self._opening = None
        if not opening.exception():
            DaemonExecutor().submit(opening.result().session.cluster.shutdown)


def _is_about_schema(error: InvalidRequest) -> bool:
    text = str(error)
    return any(
        told in text for told in ("does not exist", "unconfigured table", "Undefined column")
    )


_connections: WeakSet[Connection] = WeakSet()
_left_to_the_parent: list[object] = []


def _forget_the_parents() -> None:
    for connection in _connections:
        connection.forget()


os.register_at_fork(after_in_child=_forget_the_parents)
