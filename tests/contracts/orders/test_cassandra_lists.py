"""Customers' lists that are lost by themselves are noticed, and written again."""

from collections.abc import Iterator

import pytest

from orders.archives.cassandra import CassandraOrderArchive
from orders.audit import check_orders
from orders.listing_audit import repair_lists
from shop.core.stores import stores
from tests.contracts.orders.cassandra_archives import KEYSPACE, listed
from tests.contracts.orders.test_order_archive import order

pytestmark = [pytest.mark.servers, pytest.mark.django_db]

MINE, YOURS, GUESTS = "AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB", "CCCC-CCCC-CCCC"


@pytest.fixture
def archive(cassandra_archive: CassandraOrderArchive) -> Iterator[CassandraOrderArchive]:
    for number, customer_id in ((MINE, 7), (YOURS, 8), (GUESTS, None)):
        cassandra_archive.save(order(number, customer_id=customer_id))
    stores._stores["order_archive"] = cassandra_archive
    yield cassandra_archive
    stores.reset()


@pytest.mark.parametrize("table", ["orders_by_customer", "years_by_customer"])
def test_a_lost_table_of_lists_is_noticed_and_written_again(
    archive: CassandraOrderArchive, table: str
) -> None:
    with archive.connection.session() as session:
        session.execute(f"TRUNCATE {KEYSPACE}.{table}", timeout=60)
    assert listed(archive, 7) == []

    missing = {each.subject for each in check_orders() if each.kind == "archived_order_not_listed"}
    mended = repair_lists()

    assert missing == {MINE, YOURS}
    assert mended == 2
    assert (listed(archive, 7), listed(archive, 8)) == ([MINE], [YOURS])
    assert not [each for each in check_orders() if "list" in each.kind]
