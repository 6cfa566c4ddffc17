"""The audit catches each kind of drift between catalogue, stock, records and index."""

from collections.abc import Callable

import pytest

from logistics.services import set_stock
from search.audit import audit_search
from search.engines import search_engine
from search.models import SearchRecord
from tests.factories.catalog import change_product, make_product
from tests.factories.logistics import make_warehouse

pytestmark = pytest.mark.django_db

Drain = Callable[[], int]


@pytest.fixture
def sku(drain_outbox: Drain) -> str:
    make_warehouse("RNO")
    found = make_product(title="Whistling kettle").variants[0].sku
    set_stock(warehouse_code="RNO", sku=found, on_hand=2)
    drain_outbox()
    return found


def kinds() -> list[tuple[str, bool]]:
    return [(each.kind, each.is_in_flight) for each in audit_search()]


def test_what_the_consumer_has_done_adds_up(sku: str) -> None:
    assert kinds() == []


def test_what_is_on_its_way_is_told_apart(sku: str, drain_outbox: Drain) -> None:
    set_stock(warehouse_code="RNO", sku=sku, on_hand=0)
    assert kinds() == [("search-stock-stale", True)]

    drain_outbox()
    assert kinds() == []


def test_a_new_product_on_its_way_is_told_apart(sku: str) -> None:
    make_product(title="Enamel teapot")

    assert kinds() == [("search-record-stale", True)]


def test_a_lost_event_is_caught(sku: str) -> None:
    SearchRecord.objects.update(product_revision=0)

    assert kinds() == [("search-record-stale", False)]


def test_stock_that_never_reached_search_is_caught(sku: str) -> None:
    record = SearchRecord.objects.get()
    record.variants = [{**each, "warehouses": ["ATL"]} for each in record.variants]
    record.save()

    assert kinds() == [("search-stock-stale", False)]


def test_a_document_lost_or_left_over_is_caught(sku: str) -> None:
    record = SearchRecord.objects.get()
    search_engine().delete({record.product_id: record.revision})
    assert kinds() == [("search-index-stale", False)]


def test_a_record_without_product_is_caught(sku: str) -> None:
    record = SearchRecord.objects.get()
    record.pk = 10**9
    record.save(force_insert=True)

    assert sorted(kinds()) == [("search-index-stale", False), ("search-record-orphan", False)]


def test_a_retired_product_is_no_difference(sku: str, drain_outbox: Drain) -> None:
    item = make_product(title="Enamel teapot")
    drain_outbox()
    change_product(item, status="retired")
    drain_outbox()

    assert kinds() == []
