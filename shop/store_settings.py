"""Which class keeps what, by the URLs in the environment; without a URL it is the embedded one."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from environs import Env, validate

from shop.embedded.paths import EmbeddedPaths

Settings = dict[str, Any]

# "redis://host:6379/0" would become ".../0/1", which some clients read as 1 and others refuse.
WITHOUT_DATABASE = validate.Regexp(
    r"$|unix:[^?]*$|rediss?://[^/?]+/?($|\?)",
    error="{input} must be redis://host:port without a database number: five are used.",
)


def redis_url(url: str, database: int, embedded: EmbeddedPaths) -> str:
    """Return the URL of one of Redis' numbered databases: each purpose has its own."""
    if not url:
        return embedded.redis_url(database)
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"{url}?db={database}"
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{database}"))


def celery_url(url: str) -> str:
    """Return the broker's URL as Celery spells it."""
    if url.startswith("unix://"):
        return url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    # Without this, kombu would speak plain text to a rediss:// server.
    if url.startswith("rediss://") and "ssl_cert_reqs" not in url:
        return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"
    return url


def store_settings(env: Env, var: Path) -> dict[str, Settings]:
    """Return `settings.STORES`.

    What all clients share: a call that is not answered within `STORE_TIMEOUT_SECONDS` fails, and
    for `STORE_PAUSE_SECONDS` after that the server is not asked.
    """
    waits = {
        "timeout_seconds": env.float(
            "STORE_TIMEOUT_SECONDS", 2.0, validate=validate.Range(min=0.05)
        ),
        "pause_seconds": env.float("STORE_PAUSE_SECONDS", 10.0, validate=validate.Range(min=0)),
    }
    return {
        "items": _items(env, waits),
        "search": _search(env, waits, var),
        "order_archive": _order_archive(env, waits),
    }


def _items(env: Env, waits: Settings) -> Settings:
    url = env.str("MONGODB_URL", "")
    pool_size = env.int("MONGODB_POOL_SIZE", 16, validate=validate.Range(min=1))
    if not url:
        return {"BACKEND": "catalog.stores.sql.SqlItemStore"}
    return {
        "BACKEND": "catalog.stores.mongo.MongoItemStore",
        "OPTIONS": {"url": url, "pool_size": pool_size, **waits},
    }


def _search(env: Env, waits: Settings, var: Path) -> Settings:
    url = env.str("ELASTICSEARCH_URL", "")
    index = env.str("ELASTICSEARCH_INDEX", "parcelwise")
    pool_size = env.int("ELASTICSEARCH_POOL_SIZE", 16, validate=validate.Range(min=1))
    if not url:
        return {
            "BACKEND": "search.engines.tantivy.TantivyEngine",
            "OPTIONS": {"directory": str(var / "search")},
        }
    return {
        "BACKEND": "search.engines.elasticsearch.ElasticsearchEngine",
        "OPTIONS": {"url": url, "index": index, "pool_size": pool_size, **waits},
    }


def _order_archive(env: Env, waits: Settings) -> Settings:
    url = env.str("CASSANDRA_URL", "")
    # With fewer, the loss of one node could take the only copy of an order along.
    durable = validate.OneOf(["LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL"])
    consistency = env.str("CASSANDRA_CONSISTENCY", "LOCAL_QUORUM", validate=durable)
    replication = env.int("CASSANDRA_REPLICATION", 1, validate=validate.Range(min=1))
    if not url:
        return {"BACKEND": "orders.archives.sql.SqlOrderArchive"}
    return {
        "BACKEND": "orders.archives.cassandra.CassandraOrderArchive",
        "OPTIONS": {"url": url, "consistency": consistency, "replication": replication, **waits},
    }
