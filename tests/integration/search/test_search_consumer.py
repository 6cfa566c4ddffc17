"""From the backoffice and the warehouses to what customers find."""

from collections.abc import Callable

import pytest

from catalog import services as catalog_services
from catalog.events import ProductChanged
from catalog.types import VariantInput
from logistics.services import set_stock
from search.handlers import index_changed_products
from search.models import SearchRecord
from search.selectors import search_products
from search.types import SearchQuery, SearchResult
from tests.factories.catalog import change_product, make_draft, make_product
from tests.factories.logistics import make_warehouse

pytestmark = pytest.mark.django_db

Drain = Callable[[], int]


def find(text: str = "", *places: str) -> SearchResult:
    return search_products(query=SearchQuery(text=text, warehouses=places or None))


def test_a_published_product_is_found(drain_outbox: Drain) -> None:
    item = make_product(title="Whistling kettle", brand="Alder", category="Kitchen > Kettles")

    drain_outbox()

    result = find("kettle")
    assert [(hit.product_id, hit.sku) for hit in result.hits] == [
        (item.product_id, item.variants[0].sku)
    ]
    assert result.total == 1
    assert not result.degraded


def test_a_draft_is_not_found(drain_outbox: Drain) -> None:
    make_draft(title="Whistling kettle")

    drain_outbox()

    assert find("kettle").total == 0


def test_an_edited_product_is_found_by_its_new_words_only(drain_outbox: Drain) -> None:
    item = make_product(title="Whistling kettle")
    drain_outbox()

    change_product(item, title="Enamel teapot")
    drain_outbox()

    assert find("teapot").total == 1
    assert find("whistling").total == 0


def test_a_retired_product_is_found_no_more_until_it_is_published_again(
    drain_outbox: Drain,
) -> None:
    item = make_product(title="Whistling kettle")
    drain_outbox()

    catalog_services.retire_product(product_id=item.product_id)
    drain_outbox()
    assert find("kettle").total == 0

    catalog_services.publish_product(product_id=item.product_id)
    drain_outbox()
    assert find("kettle").total == 1


def test_the_product_as_it_is_now_counts_not_what_an_event_said(drain_outbox: Drain) -> None:
    item = make_product(title="Whistling kettle")
    newer = change_product(item, title="Enamel teapot")

    for revision in (newer.revision, item.revision, item.revision):
        index_changed_products([ProductChanged(product_id=item.product_id, revision=revision)])

    assert find("teapot").total == 1
    assert find("kettle").total == 0


def test_stock_decides_from_where_a_product_is_found(drain_outbox: Drain) -> None:
    make_warehouse("RNO")
    make_warehouse("ATL")
    item = make_product(title="Whistling kettle")
    sku = item.variants[0].sku
    drain_outbox()
    assert find("kettle", "RNO", "ATL").total == 0

    set_stock(warehouse_code="RNO", sku=sku, on_hand=3)
    drain_outbox()
    assert find("kettle", "RNO").total == 1
    assert find("kettle", "ATL").total == 0

    set_stock(warehouse_code="RNO", sku=sku, on_hand=0)
    drain_outbox()
    assert find("kettle", "RNO").total == 0
    assert find("kettle").total == 1


def test_less_stock_changes_no_record(drain_outbox: Drain) -> None:
    make_warehouse("RNO")
    sku = make_product(title="Whistling kettle").variants[0].sku
    set_stock(warehouse_code="RNO", sku=sku, on_hand=9)
    drain_outbox()
    before = SearchRecord.objects.get().revision

    set_stock(warehouse_code="RNO", sku=sku, on_hand=2)
    drain_outbox()

    assert SearchRecord.objects.get().revision == before


def test_the_hit_names_a_variant_that_can_be_delivered(drain_outbox: Drain) -> None:
    make_warehouse("RNO")
    make_product(
        title="Rain shell",
        variants=(
            VariantInput(sku="RAIN-RED", price_minor=9_900, options={"Color": "Red"}),
            VariantInput(sku="RAIN-BLUE", price_minor=8_900, options={"Color": "Blue"}),
        ),
    )
    set_stock(warehouse_code="RNO", sku="RAIN-BLUE", on_hand=1)
    drain_outbox()

    assert [hit.sku for hit in find("rain shell", "RNO").hits] == ["RAIN-BLUE"]
    assert [hit.sku for hit in find("red rain shell").hits] == ["RAIN-RED"]


def test_a_variant_that_moved_away_is_gone(drain_outbox: Drain) -> None:
    item = make_product(title="Rain shell", sku="RAIN-1")
    drain_outbox()

    change_product(item, price_minor=12_345)
    drain_outbox()

    result = search_products(query=SearchQuery(price_min=12_345, price_max=12_345))
    assert [hit.sku for hit in result.hits] == ["RAIN-1"]
