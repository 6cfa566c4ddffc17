"""The real servers that `make servers` starts, for the tests that need one.

A test that cannot find its server is skipped and says so; with REAL_SERVERS=1, as in
`make test-servers` and in CI, it fails instead.
"""

import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pymongo
import pytest
import redis
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import Cluster
from elasticsearch import Elasticsearch

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / "var" / "native" / "servers.json"
REQUIRED = os.environ.get("REAL_SERVERS") == "1"
# What this run keeps its data under.
MARK = f"test-{os.getpid()}"
KEYSPACE = MARK.replace("-", "_")
NEEDED = {"postgres", "redis", "mongodb", "elasticsearch", "cassandra", "spark-master"}


def server_url(name: str) -> str:
    """Return where `name` is: postgres, redis, mongodb, mongodb-java, elasticsearch,
    cassandra, spark-master, hdfs.

    Skips the test that asks, or fails it where servers are required.
    """
    url = _known().get(name, {}).get("url", "")
    if url and _listens(url):
        return url
    reason = f"No {name} answers on this machine: start the real servers by `make servers`."
    if REQUIRED:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def environment() -> dict[str, str]:
    """Return what makes the whole shop run on the real servers, with data of this run's own.

    Redis is emptied: its databases are known by number.

    :raises AssertionError: if one of them does not answer
    """
    known = {name: entry["url"] for name, entry in _known().items() if _listens(entry["url"])}
    missing = NEEDED - known.keys()
    assert not missing, f"No {', '.join(sorted(missing))}: start the servers by `make servers`."
    with redis.Redis.from_url(known["redis"]) as client:
        client.flushall()
    return {
        "DATABASE_URL": known["postgres"],
        "REDIS_URL": known["redis"],
        "MONGODB_URL": _with_path(known["mongodb"], MARK),
        "ELASTICSEARCH_URL": known["elasticsearch"],
        "ELASTICSEARCH_INDEX": MARK,
        "CASSANDRA_URL": _with_path(known["cassandra"], KEYSPACE),
        "SPARK_MASTER": known["spark-master"],
    }


def forget_data() -> None:
    """Drop what this run has kept on the servers; PostgreSQL's database goes by itself."""
    urls = {name: entry["url"] for name, entry in _known().items()}
    client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(urls["mongodb"])
    with client:
        client.drop_database(MARK)
    with Elasticsearch(urls["elasticsearch"]) as search:
        for name in search.indices.get(index=f"{MARK}*"):
            search.indices.delete(index=name)
    parts = urlsplit(urls["cassandra"])
    login = PlainTextAuthProvider(parts.username, parts.password) if parts.username else None
    cluster = Cluster([parts.hostname], port=parts.port, auth_provider=login)
    try:
        cluster.connect().execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}", timeout=30)
    finally:
        cluster.shutdown()


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def _known() -> dict[str, dict[str, str]]:
    with suppress(FileNotFoundError):
        known: dict[str, dict[str, str]] = json.loads(STATE.read_text())
        return known
    return {}


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
    except OSError:
        return False
    return True
