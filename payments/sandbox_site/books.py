"""The bank's books: one SQLite file that survives a kill at any moment.

Every rule that must never break is a constraint here: one session per payment, one capture per
session, one refund per idempotency key.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    ref TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    order_number TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    description TEXT NOT NULL,
    return_url TEXT NOT NULL,
    cancel_url TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'failed', 'cancelled')),
    declined_cards INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS captures (
    ref TEXT PRIMARY KEY,
    session_ref TEXT NOT NULL UNIQUE REFERENCES sessions (ref),
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS refunds (
    ref TEXT PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE,
    capture_ref TEXT NOT NULL REFERENCES captures (ref),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
    reason TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS refunds_capture ON refunds (capture_ref);
CREATE TABLE IF NOT EXISTS plans (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('capture', 'refund_done', 'refund_failed')),
    ref TEXT NOT NULL,
    due_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS plans_due ON plans (due_at);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL,
    session_ref TEXT NOT NULL REFERENCES sessions (ref),
    body TEXT NOT NULL,
    flaw TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    due_at REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS deliveries_session ON deliveries (session_ref);
CREATE TABLE IF NOT EXISTS behaviors (
    scope TEXT NOT NULL,
    topic TEXT NOT NULL,
    mode TEXT NOT NULL,
    times INTEGER NOT NULL,
    delay_seconds REAL NOT NULL,
    PRIMARY KEY (scope, topic)
);
"""


class Books:
    """One connection shared by all threads; a lock makes every transaction serial."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA busy_timeout = 5000")
        self._connection.execute("PRAGMA journal_mode = WAL")
        # A bank that says "paid" has it on disk.
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block in one write transaction; an exception undoes it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Run the block with the connection to oneself."""
        with self._lock:
            yield self._connection

    def close(self) -> None:
        """Close the file; waits for a running transaction."""
        with self._lock:
            self._connection.close()
