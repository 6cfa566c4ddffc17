"""Orders in Cassandra: whole ones by number, and each customer's lists by year, newest first.

No write spans partitions, so the order of the writes is what keeps the tables together: the whole
order is written first and removed last. Whatever is listed can be read, and a call that was cut
short is completed by the same call made again.
"""

import json
from collections.abc import Iterator, Sequence
from functools import partial

from orders.archives.base import ArchiveEntry, OrderArchive
from orders.archives.cassandra import statements as cql
from orders.archives.cassandra.address import Address
from orders.archives.cassandra.connection import Connection, NotMigrated, Row
from orders.archives.cassandra.durability import Copies, consistency_level
from orders.archives.cassandra.keys import (
    LAST_YEAR,
    Copy,
    ListKey,
    from_micros,
    to_micros,
    write_time,
    year_of,
)
from orders.archives.cassandra.migrations import VERSIONS, migrate
from orders.archives.reading import entry_of
from orders.building import summary_of
from orders.cursor import Position
from orders.errors import OrderNotFound
from orders.snapshots import (
    order_from_json,
    order_to_json,
    summary_from_json,
    summary_to_json,
)
from orders.types import OrderSummary, OrderView
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus

SCANNED_AT_ONCE = 100
LOWEST_TOKEN = -(2**63)  # no row has it


class CassandraOrderArchive(OrderArchive):
    """Connects when it is first used; `connect` makes the connection."""

    def __init__(
        self,
        *,
        url: str,
        consistency: str = "LOCAL_QUORUM",
        replication: int = 1,
        timeout_seconds: float = 2.0,
        pause_seconds: float = 10.0,
        connect: type[Connection] = Connection,
    ) -> None:
        self._replication = replication
        self.connection = connect(
            Address.from_url(url),
            consistency=consistency_level(consistency),
            timeout_seconds=timeout_seconds,
            pause_seconds=pause_seconds,
        )
        self._execute = self.connection.execute

    def setup(self) -> None:
        """Create or update keyspace and tables.

        :raises StoreUnavailable: if the cluster does not answer or its nodes do not agree
        """
        with self.connection.session() as session:
            migrate(session, self.connection.address, replication=self._replication)

    def save(self, order: OrderView) -> None:
        earlier = self._find(order.number)
        key = ListKey.of(order)
        now = write_time(earlier)
        archived_at = earlier.archived_at if earlier else now
        if earlier and earlier.listed_at and earlier.listed_at != key:
            self._execute(cql.STRIKE, [now, *earlier.listed_at.columns])
        placed_at, body = to_micros(order.placed_at), json.dumps(order_to_json(order))
        values = [order.number, order.customer_id, placed_at, archived_at, body, now]
        self._execute(cql.WRITE, values)
        if key:
            self._execute(cql.ENTER_YEAR, [key.customer_id, key.year, now])
            summary = json.dumps(summary_to_json(summary_of(order)))
            self._execute(cql.ENTER, [*key.columns, summary, now])

    def get(self, number: str) -> OrderView:
        rows = self._execute(cql.READ, [number])
        if not rows:
            raise OrderNotFound(number)
        return order_from_json(json.loads(rows[0][0]))

    def list_by_customer(
        self, customer_id: int, *, before: Position | None, limit: int
    ) -> Sequence[OrderSummary]:
        found: list[Row] = []
        newest = year_of(before.placed_at) if before else LAST_YEAR
        for (year,) in self._execute(cql.YEARS, [customer_id, newest]):
            found += self._list_year(customer_id, year, before, limit - len(found))
            if len(found) == limit:
                break
        return [summary_from_json(json.loads(summary)) for (summary,) in found]

    def delete(self, number: str) -> None:
        earlier = self._find(number)
        if earlier is None:
            return
        now = write_time(earlier)
        if earlier.listed_at:
            self._execute(cql.STRIKE, [now, *earlier.listed_at.columns])
        self._execute(cql.REMOVE, [now, number])

    def entries(self) -> Iterator[ArchiveEntry]:
        token = LOWEST_TOKEN
        while rows := self._execute(cql.SCAN, [token, SCANNED_AT_ONCE]):
            for _, number, archived_at, body in rows:
                yield entry_of(number, from_micros(archived_at), body)
            token = rows[-1][0]

    def listed(self) -> Iterator[tuple[int, str]]:
        token = LOWEST_TOKEN
        while rows := self._execute(cql.SCAN_LISTS, [token, SCANNED_AT_ONCE]):
            for _, customer_id, year in rows:
                # A year that is not entered is never looked into.
                if self._execute(cql.HAS_YEAR, [customer_id, year]):
                    for (number,) in self._execute(cql.NUMBERS, [customer_id, year]):
                        yield customer_id, number
            token = rows[-1][0]

    def ping(self) -> StoreStatus:
        describe = partial(
            StoreStatus,
            name="order archive",
            kind="server: Apache Cassandra",
            location=str(self.connection.address),
        )
        version = ""
        try:
            version = str(self._execute(cql.VERSION)[0][0])
            done = {row[0] for row in self._execute(cql.MIGRATIONS)}
            warning = self._durability_warning()
        except StoreUnavailable as error:
            return describe(version=version, answers=False, detail=str(error))
        if not done >= VERSIONS:
            return describe(version=version, answers=False, detail=str(NotMigrated()))
        return describe(version=version, detail=warning)

    def _durability_warning(self) -> str:
        address = self.connection.address
        rows = self._execute(cql.REPLICATION, [address.keyspace])
        if not rows:
            return ""  # dropped this moment: the next call tells that it is not migrated
        nodes = 1 + len(self._execute(cql.OTHER_NODES))
        copies = Copies.of(rows[0][0], address.datacenter)
        return copies.warning(wanted=self._replication, datacenter=address.datacenter, nodes=nodes)

    def _find(self, number: str) -> Copy | None:
        rows = self._execute(cql.FIND, [number])
        if not rows:
            return None
        customer_id, placed_at, archived_at, written_at = rows[0]
        return Copy(
            listed_at=ListKey.at(customer_id, placed_at, number),
            archived_at=archived_at,
            written_at=written_at,
        )

    def _list_year(
        self, customer_id: int, year: int, before: Position | None, limit: int
    ) -> list[Row]:
        if before is None:
            return self._execute(cql.LIST, [customer_id, year, limit])
        position = to_micros(before.placed_at), before.number
        return self._execute(cql.LIST_BEFORE, [customer_id, year, *position, limit])
