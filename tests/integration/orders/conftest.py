"""Order history on each archive there is."""

import pytest
from django.conf import LazySettings

from tests.contracts.orders.cassandra_archives import (
    cassandra_archive,
    cassandra_keyspace,
    shared_archive,
)

__all__ = ["cassandra_archive", "cassandra_keyspace"]

SHARED = f"{shared_archive.__module__}.{shared_archive.__wrapped__.__name__}"


@pytest.fixture(params=["sql", pytest.param("cassandra", marks=pytest.mark.servers)])
def _each_archive(request: pytest.FixtureRequest, settings: LazySettings) -> None:
    """Run the test on the archive in SQL and on the one in Cassandra."""
    if request.param == "cassandra":
        request.getfixturevalue("cassandra_archive")
        settings.STORES = {**settings.STORES, "order_archive": {"BACKEND": SHARED}}
