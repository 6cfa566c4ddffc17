"""The shop with its items in MongoDB: pages while it is away, and how it catches up."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from pymongo import MongoClient

from catalog import selectors, services
from catalog.stores import item_store
from catalog.stores.mongo import MongoItemStore
from shop.core.errors import StoreUnavailable
from tests.contracts.catalog.mongo import DATABASE, address, drop, proxied_url
from tests.factories.catalog import make_product, product_input
from tests.factories.shopping import put_in_cart
from tests.faulty_proxy import FaultyProxy
from tests.real_servers import server_url

pytestmark = [pytest.mark.servers, pytest.mark.django_db]

PAUSE = 5.0


@pytest.fixture(params=["mongodb", "mongodb-java"])
def proxy(request: pytest.FixtureRequest, settings: LazySettings) -> Iterator[FaultyProxy]:
    """Set the shop up on MongoDB behind a proxy."""
    with FaultyProxy(address(request.param)) as proxy:
        settings.STORES = settings.STORES | {
            "items": {
                "BACKEND": "catalog.stores.mongo.MongoItemStore",
                "OPTIONS": {
                    "url": proxied_url(proxy),
                    "timeout_seconds": 2.0,
                    "pause_seconds": PAUSE,
                },
            }
        }
        store = item_store()
        assert isinstance(store, MongoItemStore)
        store.setup()
        selectors.get_items(product_ids=[1])  # an outage of another test is over
        yield proxy
        store.close()
        drop(request.param)


@pytest.fixture
def raw(proxy: FaultyProxy, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Yield the collection itself, to do damage in."""
    with MongoClient[dict[str, Any]](server_url(request.node.callspec.params["proxy"])) as client:
        yield client[DATABASE].items


def test_pages_are_read_from_the_backoffice_record_while_it_is_away(
    proxy: FaultyProxy, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    item = make_product(sku="STOVE", title="Camp stove", options={"Co.lor": "$red"})
    assert item_store().get_by_sku("STOVE") == item
    put_in_cart(client, "STOVE", 2)
    proxy.hang()

    assert client.get(item.url()).status_code == 200
    started = time.monotonic()
    page, cart = client.get(item.url()), client.get("/cart/")
    assert selectors.get_item(sku="STOVE") == item
    assert selectors.get_items(product_ids=[item.product_id]) == {item.product_id: item}
    assert time.monotonic() - started < 1.5

    assert (page.status_code, cart.status_code) == (200, 200)
    assert "Camp stove" in page.text
    assert "Camp stove" in cart.text
    assert [each.name for each in caplog.records].count("catalog.selectors") == 1


def test_an_outage_is_told_once_and_so_is_its_end(
    proxy: FaultyProxy, caplog: pytest.LogCaptureFixture
) -> None:
    item = make_product()
    proxy.refuse()

    with caplog.at_level(logging.INFO, logger="catalog.selectors"):
        for _ in range(3):
            selectors.get_items(product_ids=[item.product_id])
        proxy.heal()
        time.sleep(PAUSE)
        for _ in range(2):
            selectors.get_items(product_ids=[item.product_id])

    # Drivers of other stores may have something to say in the background.
    ours = [each for each in caplog.records if each.name == "catalog.selectors"]
    assert [each.getMessage() for each in ours] == [
        "Could not reach the item store; reading the backoffice record.",
        "The item store answers again.",
    ]


def test_what_changed_while_it_was_away_follows(
    proxy: FaultyProxy, settings: LazySettings, drain_outbox: Callable[[], int]
) -> None:
    item = make_product(sku="LAMP", title="Lamp")
    drain_outbox()
    proxy.refuse()
    data = product_input(sku="LAMP", title="Better lamp")
    services.save_product(data=data)
    services.save_product(data=product_input(sku="NEW", title="New"))
    with pytest.raises(StoreUnavailable):
        item_store().get(item.product_id)
    assert selectors.get_item(sku="LAMP").title == "Better lamp"

    proxy.heal()
    time.sleep(PAUSE)
    assert [each.product_id for each in selectors.find_item_differences()] != []
    drain_outbox()

    assert item_store().get_by_sku("LAMP").title == "Better lamp"
    assert item_store().get_by_sku("NEW").title == "New"
    assert list(selectors.find_item_differences(deep=True)) == []


def test_differences_are_found_and_rebuilding_mends_them(proxy: FaultyProxy, raw: Any) -> None:
    late, lost, damaged, kept = (make_product() for _ in range(4))
    services.retire_product(product_id=late.product_id)
    raw.delete_one({"_id": lost.product_id})
    raw.update_one({"_id": damaged.product_id}, {"$set": {"document.title": "Damaged"}})
    orphan = raw.find_one({"_id": kept.product_id}) | {"_id": 10**9, "revision": 3}
    raw.insert_one(orphan)

    found = {
        (each.product_id, each.product_revision, each.item_revision)
        for each in selectors.find_item_differences(deep=True)
    }
    rebuilt = services.rebuild_items()

    assert found == {
        (late.product_id, 2, 1),
        (lost.product_id, 1, 0),
        (damaged.product_id, 1, 1),
        (10**9, 0, 3),
    }
    assert (rebuilt.written, rebuilt.removed) == (4, 1)
    assert list(selectors.find_item_differences(deep=True)) == []
    assert selectors.get_item(sku=damaged.variants[0].sku) == damaged
