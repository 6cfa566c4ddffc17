"""Django's PostgreSQL backend for a server that may be away or come back as another.

A dead server costs one time-out a pause, not one an access: the breaker refuses the rest at once.
After a restart the connections in the pool are dead: the first found so has all of them replaced.
"""

from collections import defaultdict
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from shop.core.breaker import Breaker
from shop.core.database.options import WAIT_SECONDS
from shop.core.database.probing import is_alive, server_answers

PAUSE_SECONDS = 5.0
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
            patience = conn_params.get("connect_timeout", WAIT_SECONDS)
            if isinstance(error, PoolTimeout) and server_answers(conn_params, seconds=patience):
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
        if self.pool and not is_alive(connection, seconds=WAIT_SECONDS):
            _breakers[self.alias].trip()  # the others need not find out as well
            self.pool.putconn(connection)
            self.pool.drain()
            connection = super().get_new_connection(conn_params)
        return connection
