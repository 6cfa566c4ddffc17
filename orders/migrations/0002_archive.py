"""The embedded archive: partitioned by the year an order was placed in."""

from django.db import migrations

CREATE = """
CREATE TABLE orders_archive (
    number varchar(20) NOT NULL,
    customer_id bigint,
    placed_at timestamptz NOT NULL,
    summary jsonb NOT NULL,
    body jsonb NOT NULL,
    archived_at timestamptz NOT NULL,
    PRIMARY KEY (placed_at, number)
) PARTITION BY RANGE (placed_at);
CREATE INDEX orders_archive_number ON orders_archive (number);
CREATE INDEX orders_archive_history ON orders_archive (customer_id, placed_at DESC, number DESC);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE orders_archive")]
