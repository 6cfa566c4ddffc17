"""What is asked of Cassandra; the tables are in `migrations.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """Every write carries its own timestamp, so it may run twice."""

    cql: str
    is_idempotent: bool = True


FIND = Statement(
    "SELECT customer_id, placed_at, archived_at, WRITETIME(body)"
    " FROM {keyspace}.order_by_number WHERE number = ?"
)
READ = Statement("SELECT body FROM {keyspace}.order_by_number WHERE number = ?")
SCAN = Statement(
    "SELECT token(number), number, archived_at, body"
    " FROM {keyspace}.order_by_number WHERE token(number) > ? LIMIT ?"
)
WRITE = Statement(
    "INSERT INTO {keyspace}.order_by_number (number, customer_id, placed_at, archived_at, body)"
    " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?"
)
REMOVE = Statement("DELETE FROM {keyspace}.order_by_number USING TIMESTAMP ? WHERE number = ?")

LIST = Statement(
    "SELECT summary FROM {keyspace}.orders_by_customer WHERE customer_id = ? AND year = ? LIMIT ?"
)
LIST_BEFORE = Statement(
    "SELECT summary FROM {keyspace}.orders_by_customer"
    " WHERE customer_id = ? AND year = ? AND (placed_at, number) < (?, ?) LIMIT ?"
)
ENTER = Statement(
    "INSERT INTO {keyspace}.orders_by_customer (customer_id, year, placed_at, number, summary)"
    " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?"
)
STRIKE = Statement(
    "DELETE FROM {keyspace}.orders_by_customer USING TIMESTAMP ?"
    " WHERE customer_id = ? AND year = ? AND placed_at = ? AND number = ?"
)

# One row a partition.
SCAN_LISTS = Statement(
    "SELECT token(customer_id, year), customer_id, year FROM {keyspace}.orders_by_customer"
    " WHERE token(customer_id, year) > ? PER PARTITION LIMIT 1 LIMIT ?"
)
NUMBERS = Statement(
    "SELECT number FROM {keyspace}.orders_by_customer WHERE customer_id = ? AND year = ?"
)

HAS_YEAR = Statement(
    "SELECT year FROM {keyspace}.years_by_customer WHERE customer_id = ? AND year = ?"
)
YEARS = Statement(
    "SELECT year FROM {keyspace}.years_by_customer WHERE customer_id = ? AND year <= ?"
)
ENTER_YEAR = Statement(
    "INSERT INTO {keyspace}.years_by_customer (customer_id, year) VALUES (?, ?) USING TIMESTAMP ?"
)

VERSION = Statement("SELECT release_version FROM system.local")
MIGRATIONS = Statement("SELECT version FROM {keyspace}.schema_migrations")

# Every role may read these.
REPLICATION = Statement("SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?")
OTHER_NODES = Statement("SELECT peer FROM system.peers_v2")
