"""The archive in Apache Cassandra; `archive.py` is the store, the rest is how it gets there."""

from orders.archives.cassandra.archive import CassandraOrderArchive

__all__ = ["CassandraOrderArchive"]
