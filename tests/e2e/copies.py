"""What lies in each real server of one product and one order, read past the shop's own code."""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import WhiteListRoundRobinPolicy
from cassandra.query import dict_factory
from django.db import connection
from elasticsearch import Elasticsearch
from pymongo import MongoClient

from tests import real_servers

# Printed at the end of the run.
REPORT: list[str] = []
SHOWN = 600


def sql_row(table: str, column: str, value: int | str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(row) FROM {table} row WHERE {column} = %s", [value])  # noqa: S608
        found = cursor.fetchone()
    return dict(json.loads(found[0])) if found else {}


def item_document(product_id: int) -> dict[str, Any]:
    with MongoClient[dict[str, Any]](os.environ["MONGODB_URL"]) as client:
        return client[real_servers.MARK]["items"].find_one({"_id": product_id}) or {}


def search_document(product_id: int) -> dict[str, Any]:
    with Elasticsearch(os.environ["ELASTICSEARCH_URL"]) as client:
        found = client.get(index=real_servers.MARK, id=str(product_id))
        return dict(found["_source"]) | {"_version": found["_version"]}


def archive_rows(number: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the three tables that are about the order or its customer."""
    with _cassandra() as session:
        whole = session.execute("SELECT * FROM order_by_number WHERE number = %s", [number]).all()
        customer = [whole[0]["customer_id"]]
        years = session.execute(
            "SELECT * FROM years_by_customer WHERE customer_id = %s", customer
        ).all()
        keys = [*customer, years[0]["year"]]
        listed = session.execute(
            "SELECT * FROM orders_by_customer WHERE customer_id = %s AND year = %s", keys
        ).all()
    return {"order_by_number": whole, "years_by_customer": years, "orders_by_customer": listed}


class _cassandra:  # noqa: N801 - used as a function
    """A session of its own for the block."""

    def __enter__(self) -> Any:
        parts = urlsplit(os.environ["CASSANDRA_URL"])
        self._cluster = Cluster(
            [parts.hostname],
            port=parts.port,
            protocol_version=5,
            auth_provider=PlainTextAuthProvider(parts.username or "", parts.password or ""),
            execution_profiles={
                EXEC_PROFILE_DEFAULT: ExecutionProfile(
                    WhiteListRoundRobinPolicy([parts.hostname]),
                    row_factory=dict_factory,
                    request_timeout=10,
                )
            },
        )
        return self._cluster.connect(real_servers.KEYSPACE)

    def __exit__(self, *_: object) -> None:
        self._cluster.shutdown()


def report(step: str, **copies: Any) -> None:
    REPORT.append(step)
    REPORT.extend(f"  {place:<32} {_shortened(copy)}" for place, copy in copies.items())


def lines() -> Iterator[str]:
    yield from REPORT


def _shortened(copy: Any) -> str:
    text = json.dumps(copy, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
