"""The archive in the site's own PostgreSQL: a table partitioned by the year of the order."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone

from orders.archives.base import ArchiveEntry, OrderArchive
from orders.archives.reading import entry_of
from orders.building import summary_of
from orders.cursor import Position
from orders.errors import OrderNotFound
from orders.models import ArchivedOrderRow
from orders.snapshots import (
    order_from_json,
    order_to_json,
    summary_from_json,
    summary_to_json,
)
from orders.types import OrderSummary, OrderView
from shop.core.errors import StoreUnavailable
from shop.core.stores import StoreStatus

_SAVE = """
    INSERT INTO orders_archive (number, customer_id, placed_at, summary, body, archived_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (placed_at, number) DO UPDATE SET
        customer_id = EXCLUDED.customer_id, summary = EXCLUDED.summary,
        body = EXCLUDED.body
"""
# The key holds the time, for the partitions' sake: it does not keep numbers apart by itself.
_FORGET_OLD_PLACE = "DELETE FROM orders_archive WHERE number = %s AND placed_at <> %s"


class SqlOrderArchive(OrderArchive):
    """Rows live in yearly partitions, made when the first order of a year moves in."""

    def save(self, order: OrderView) -> None:
        with _translated(), transaction.atomic(), connection.cursor() as cursor:
            _ensure_partition(cursor, order.placed_at.astimezone(UTC).year)
            cursor.execute(_FORGET_OLD_PLACE, [order.number, order.placed_at])
            cursor.execute(
                _SAVE,
                [
                    order.number,
                    order.customer_id,
                    order.placed_at,
                    json.dumps(summary_to_json(summary_of(order))),
                    json.dumps(order_to_json(order)),
                    timezone.now(),
                ],
            )

    def get(self, number: str) -> OrderView:
        with _translated():
            row = ArchivedOrderRow.objects.filter(number=number).first()
        if row is None:
            raise OrderNotFound(number)
        return order_from_json(row.body)

    def list_by_customer(
        self, customer_id: int, *, before: Position | None, limit: int
    ) -> Sequence[OrderSummary]:
        # A row comparison, which the index serves as one range; the ORM would write an OR.
        where, values = "customer_id = %s", [customer_id]
        if before is not None:
            where += " AND (placed_at, number) < (%s, %s)"
            values += [before.placed_at, before.number]  # type: ignore[list-item]
        with _translated(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT summary FROM orders_archive WHERE {where}"  # noqa: S608 - constants
                " ORDER BY placed_at DESC, number DESC LIMIT %s",
                [*values, limit],
            )
            return [summary_from_json(json.loads(row[0])) for row in cursor.fetchall()]

    def delete(self, number: str) -> None:
        with _translated():
            ArchivedOrderRow.objects.filter(number=number).delete()

    def entries(self) -> Iterator[ArchiveEntry]:
        with _translated():
            for row in ArchivedOrderRow.objects.iterator(chunk_size=500):
                yield entry_of(row.number, row.archived_at, row.body)

    def listed(self) -> Iterator[tuple[int, str]]:
        rows = ArchivedOrderRow.objects.values_list("customer_id", "number")
        with _translated():
            for customer_id, number in rows.iterator(chunk_size=2000):
                if customer_id is not None:
                    yield customer_id, number

    def ping(self) -> StoreStatus:
        describe = partial(
            StoreStatus, name="order archive", kind="embedded: a partitioned table in PostgreSQL"
        )
        location = f"{connection.settings_dict['HOST']}/{connection.settings_dict['NAME']}"
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('server_version')")
                version = str(cursor.fetchone()[0])
        except (OperationalError, InterfaceError) as error:
            return describe(location=location, answers=False, detail=str(error))
        return describe(location=location, version=version)


def _ensure_partition(cursor: Any, year: int) -> None:
    name = f"orders_archive_{year:d}"
    cursor.execute("SELECT to_regclass(%s)", [name])
    if cursor.fetchone()[0] is not None:
        return
    with transaction.atomic():
        # Two archivers may get here at once; the second waits and finds it made.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF orders_archive"
            f" FOR VALUES FROM ('{year:d}-01-01Z') TO ('{year + 1:d}-01-01Z')"
        )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable("the order archive", str(error)) from error
