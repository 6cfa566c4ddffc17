"""Django's PostgreSQL backend for a server that may be away or come back as another.

A dead server costs one time-out a pause, not one an access: the breaker refuses the rest at once.
After a restart the connections in the pool are dead: the first found so has all of them replaced.
"""

from collections import defaultdict
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from psycopg_pool import ConnectionPool, PoolTimeout

from shop.core.breaker import Breaker

PAUSE_SECONDS = 5.0
WHERE = ("service", "host", "port", "user", "dbname")
Connection = psycopg.Connection[Any]

_breakers: defaultdict[str, Breaker] = defaultdict(lambda: Breaker(PAUSE_SECONDS))


class DatabaseWrapper(base.DatabaseWrapper):
    """What Django opens for each thread; connections come from the pool of the process."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        breaker = _breakers[self.alias]
        if not breaker.allows():
            where = conn_params.get("host", "localhost")
            raise psycopg.OperationalError(f"PostgreSQL at {where} did not answer a moment ago.")
        if breaker.is_suspect:
            breaker.trip()  # this thread tries again; the others need not wait with it
        try:
            connection = self._open(conn_params)
        except psycopg.OperationalError as error:
            # Waiting in vain for a busy pool says nothing about the server.
            if isinstance(error, PoolTimeout) and _answers(conn_params):
                breaker.reset()
            else:
                breaker.trip()
            raise
        breaker.reset()
        return connection

    def _open(self, conn_params: dict[str, Any]) -> Connection:
        connection: Connection = super().get_new_connection(conn_params)
        # The pool's own check (CONN_HEALTH_CHECKS) tries one dead connection after the other,
        # sleeping longer and longer between them.
        if self.pool and not _is_alive(connection):
            self.pool.putconn(connection)
            self.pool.drain()
            connection = super().get_new_connection(conn_params)
        return connection


def _is_alive(connection: Connection) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    return True


def _answers(conn_params: dict[str, Any]) -> bool:
    """Ask without logging in: a server that has no connection to spare answers too."""
    where = {name: conn_params[name] for name in WHERE if name in conn_params}
    patience = conn_params.get("connect_timeout", 2)
    asked = make_conninfo("", **where, connect_timeout=patience)
    return Ping(PGconn.ping(asked.encode())) == Ping.OK
