"""The archives that the contracts are held to."""

from tests.contracts.orders.cassandra_archives import cassandra_archive, cassandra_keyspace

__all__ = ["cassandra_archive", "cassandra_keyspace"]
