"""Is PostgreSQL there? Asked with deadlines of our own: a frozen server keeps its connections.

The driver waits for an answer as long as the connection lives, and libpq's own ping holds up
every thread of the process.
"""

import select
import socket
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import ExecStatus, PGconn, Ping

SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # answered with one byte before any log-in
WHERE = ("service", "host", "port", "user", "dbname")


def is_alive(connection: "psycopg.Connection[Any]", *, seconds: float) -> bool:
    """Tell whether an idle connection answers an empty query in time; else close it."""
    try:
        alive = _answers_empty_query(connection.pgconn, time.monotonic() + seconds)
    except psycopg.Error:
        alive = False
    if not alive:
        connection.close()
    return alive


def server_answers(conn_params: Mapping[str, Any], *, seconds: float) -> bool:
    """Ask without logging in: a server that has no connection to spare answers too."""
    host = str(conn_params.get("host", ""))
    if not host or "," in host or conn_params.get("sslnegotiation") == "direct":
        return _ping(conn_params, seconds)
    port = int(conn_params.get("port") or 5432)
    with suppress(OSError), _connect(host, port, seconds) as asked:
        asked.settimeout(seconds)
        asked.sendall(SSL_REQUEST)
        return bool(asked.recv(1))
    return False


def _answers_empty_query(pgconn: Any, deadline: float) -> bool:
    pgconn.send_query(b"")
    pgconn.flush()
    arrived = select.poll()
    arrived.register(pgconn.socket, select.POLLIN)
    is_good = True
    while True:
        while pgconn.is_busy():
            left = deadline - time.monotonic()
            if left <= 0 or not arrived.poll(left * 1000):
                return False
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            return is_good
        is_good = is_good and result.status == ExecStatus.EMPTY_QUERY


def _connect(host: str, port: int, seconds: float) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=seconds)
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(seconds)
    made.connect(f"{host}/.s.PGSQL.{port}")
    return made


def _ping(conn_params: Mapping[str, Any], seconds: float) -> bool:
    where = {name: conn_params[name] for name in WHERE if name in conn_params}
    asked = make_conninfo("", **where, connect_timeout=max(2, int(seconds)))
    return Ping(PGconn.ping(asked.encode())) == Ping.OK
