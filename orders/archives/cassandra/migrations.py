"""The tables, made and changed by numbered steps that run once each.

A step is never edited once released; a change is a step of its own.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cassandra import DriverException, InvalidRequest
from cassandra.cluster import Session
from cassandra.query import SimpleStatement

from orders.archives.cassandra.address import Address
from orders.archives.cassandra.connection import MigrationStopped
from orders.archives.cassandra.driver import NoAnswer

STEP_SECONDS = 30.0
# Renewed before each step, it must outlast one: renewing, changing, agreeing and recording may
# take STEP_SECONDS each.
LOCK_SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change; `cql` may run twice, for a run may die before it is recorded."""

    version: int
    name: str
    cql: str


# Archived orders come in by age, hardly change and are read for ever, so a read should find few
# files: leveled compaction.
STEPS = (
    Step(
        version=1,
        name="whole orders by number",
        cql="""
            CREATE TABLE IF NOT EXISTS {keyspace}.order_by_number (
                number text PRIMARY KEY,
                customer_id bigint,
                placed_at bigint,
                archived_at bigint,
                body text
            ) WITH compaction = {{'class': 'LeveledCompactionStrategy'}}
              AND comment = 'Times are microseconds since 1970.'
        """,
    ),
    Step(
        version=2,
        name="the years in which a customer has orders",
        cql="""
            CREATE TABLE IF NOT EXISTS {keyspace}.years_by_customer (
                customer_id bigint,
                year int,
                PRIMARY KEY (customer_id, year)
            ) WITH CLUSTERING ORDER BY (year DESC)
              AND compaction = {{'class': 'LeveledCompactionStrategy'}}
        """,
    ),
    Step(
        version=3,
        name="a customer's orders of a year, newest first",
        cql="""
            CREATE TABLE IF NOT EXISTS {keyspace}.orders_by_customer (
                customer_id bigint,
                year int,
                placed_at bigint,
                number text,
                summary text,
                PRIMARY KEY ((customer_id, year), placed_at, number)
            ) WITH CLUSTERING ORDER BY (placed_at DESC, number DESC)
              AND compaction = {{'class': 'LeveledCompactionStrategy'}}
              AND comment = 'Times are microseconds since 1970.'
        """,
    ),
)
VERSIONS = {step.version for step in STEPS}

_KEYSPACE = (
    "CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication ="
    " {{'class': 'NetworkTopologyStrategy', '{datacenter}': {replication}}}"
)
_RECORD = (
    "CREATE TABLE IF NOT EXISTS {keyspace}.schema_migrations"
    " (version int PRIMARY KEY, name text, applied_at timestamp)"
)
_LOCK = "CREATE TABLE IF NOT EXISTS {keyspace}.migration_lock (name text PRIMARY KEY, holder uuid)"


def migrate(session: Session, address: Address, *, replication: int) -> None:
    """Bring keyspace and tables up to date; of two processes at once the second waits.

    Where all is done it only reads, so a role that may not change the schema can run it.

    :raises MigrationStopped: if the nodes do not agree on the schema, or another run took over
    """
    migration = Migration(session, address)
    if not migration.missing():
        return
    migration.make_keyspace(replication)
    with migration.lock() as mine:
        for step in migration.missing():
            migration.renew(mine)
            migration.run(step)


class Migration:
    """The parts of one run, which `migrate` puts together."""

    def __init__(
        self,
        session: Session,
        address: Address,
        *,
        lock_seconds: int = LOCK_SECONDS,
        agreement_seconds: float = STEP_SECONDS,
    ) -> None:
        self._session = session
        self._address = address
        self._lock_seconds = lock_seconds
        self._agreement_seconds = agreement_seconds
        # One node for all, the same for every process: two nodes that create one table at the
        # same moment make two of it.
        self._host = min(
            (
                host
                for host in session.cluster.metadata.all_hosts()
                if host.is_up and host.datacenter == address.datacenter
            ),
            default=None,
        )

    def missing(self) -> list[Step]:
        """Return the steps that have not run, oldest first."""
        # Not looked up in system_schema: a table is there a moment before it can be read.
        try:
            rows = self._ask("SELECT version FROM {keyspace}.schema_migrations")
        except InvalidRequest:
            return list(STEPS)
        done = {row[0] for row in rows}
        return [step for step in STEPS if step.version not in done]

    def make_keyspace(self, replication: int) -> None:
        if not self._ask(
            "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = %s",
            self._address.keyspace,
        ):
            self._change(_KEYSPACE, datacenter=self._address.datacenter, replication=replication)
        self._change(_RECORD)
        self._change(_LOCK)

    @contextmanager
    def lock(self) -> Iterator[uuid.UUID]:
        """Keep others from migrating; a lock whose holder died ends by itself.

        :raises NoAnswer: if others have it for longer than a dead one would
        """
        mine = uuid.uuid4()
        patience = self._lock_seconds + STEP_SECONDS
        deadline = time.monotonic() + patience
        while not self._take_lock(mine):
            if time.monotonic() > deadline:
                raise NoAnswer(patience)
            time.sleep(0.2)
        try:
            yield mine
        finally:
            self._ask(
                "DELETE FROM {keyspace}.migration_lock WHERE name = 'steps' IF holder = %s", mine
            )

    def renew(self, mine: uuid.UUID) -> None:
        """Have the lock for its full time again.

        :raises MigrationStopped: if it ran out, and so another run may be at work
        """
        answer = self._ask(
            "UPDATE {keyspace}.migration_lock USING TTL %s SET holder = %s"
            " WHERE name = 'steps' IF holder = %s",
            self._lock_seconds,
            mine,
            mine,
        )[0]
        if not answer[0]:
            raise MigrationStopped("The lock of this migration ran out; run migrate_stores again.")

    def run(self, step: Step) -> None:
        self._change(step.cql)
        self._ask(
            "INSERT INTO {keyspace}.schema_migrations (version, name, applied_at)"
            " VALUES (%s, %s, toTimestamp(now()))",
            step.version,
            step.name,
        )

    def _take_lock(self, mine: uuid.UUID) -> bool:
        answer = self._ask(
            "INSERT INTO {keyspace}.migration_lock (name, holder) VALUES ('steps', %s)"
            " IF NOT EXISTS USING TTL %s",
            mine,
            self._lock_seconds,
        )[0]
        # Told "no" with our own name: the answer to an earlier try was lost.
        return bool(answer[0]) or mine in answer

    def _change(self, cql: str, **names: object) -> None:
        """Change the schema and wait until every node that is up has the change.

        :raises MigrationStopped: if they do not agree in time
        """
        self._ask(cql.format(keyspace=self._address.keyspace, **names))
        try:
            self._session.cluster.refresh_schema_metadata(
                max_schema_agreement_wait=self._agreement_seconds
            )
        except DriverException as error:
            raise MigrationStopped(
                "Its nodes do not agree on the schema yet (nodetool describecluster);"
                f" run migrate_stores again. {error}"
            ) from error

    def _ask(self, cql: str, *values: object) -> list[Any]:
        statement = SimpleStatement(cql.replace("{keyspace}", self._address.keyspace))
        asked = self._session.execute(
            statement, values or None, timeout=STEP_SECONDS, host=self._host
        )
        return list(asked)
