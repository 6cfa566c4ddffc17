"""A shop with a few products; search reads the SQL records, which roll back with each test."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from catalog.types import ItemDocument
from shop.core.outbox import deliver_due
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock

SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _search_in_sql(settings: Settings) -> None:
    settings.STORES = settings.STORES | {"search": {"BACKEND": "search.engines.sql.SqlEngine"}}


@pytest.fixture
def at_noon():
    with time_machine.travel(SUNDAY_NOON, tick=False):
        yield


@pytest.fixture
def sell(db: None) -> Callable[..., ItemDocument]:
    """Publish a product, put each variant in stock where `areas` says, make it findable."""

    def publish(*, areas: str = "*", stock: int = 10, **given: Any) -> ItemDocument:
        item = make_product(**given)
        if stock:
            lane = make_lane(make_warehouse(), postal_areas=areas)
            for variant in item.variants:
                put_stock(variant.sku, stock, lane.warehouse)
        while deliver_due(now=datetime.now(UTC)):
            pass
        return item

    return publish


@pytest.fixture
def deliver_to(client: Client) -> Callable[[str], None]:
    """Choose where the client's parcels go, as a shopper does."""

    def choose(postal_code: str) -> None:
        answer = client.post("/deliver-to/", {"postal_code": postal_code})
        assert answer.status_code == 302, answer.text

    return choose
