"""A shop of a bench's own: a scratch database and Redis, whatever the environment names."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connections

from shop.embedded.paths import EmbeddedPaths
from shop.embedded.session import embedded_servers

STORE_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    "MONGODB_URL",
    "ELASTICSEARCH_URL",
    "CASSANDRA_URL",
)


@contextmanager
def scratch_shop(home: Path, *, durable: bool = False) -> Iterator[None]:
    """Run the servers under `home` with Django set up for them; `home` itself stays."""
    for name in STORE_VARIABLES:
        os.environ.pop(name, None)
    os.environ |= {"VAR_DIR": str(home.resolve()), "DJANGO_SETTINGS_MODULE": "shop.settings"}
    paths = EmbeddedPaths(home.resolve())
    try:
        with embedded_servers(paths, postgres=True, redis=True, durable=durable):
            django.setup()
            yield
            connections.close_all()
    finally:
        shutil.rmtree(paths.sockets, ignore_errors=True)
