"""While the engine is away, searches in SQL see every change; the engine takes them afterwards."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from catalog.services import retire_product
from catalog.types import ItemDocument
from logistics.services import set_stock
from search.engines import search_engine
from search.models import SearchRecord
from search.selectors import search_products, suggest
from search.types import SearchQuery, SearchResult
from shop.operations.audit import run_audit
from tests.factories.catalog import change_product, make_product
from tests.factories.logistics import make_warehouse
from tests.integration.search.engines import UnsteadyEngine

pytestmark = pytest.mark.django_db
Drain = Callable[[], int]


@pytest.fixture
def engine(settings: Settings, tmp_path: Path) -> UnsteadyEngine:
    settings.STORES = {
        **settings.STORES,
        "search": {
            "BACKEND": "tests.integration.search.engines.UnsteadyEngine",
            "OPTIONS": {"directory": str(tmp_path)},
        },
    }
    found = search_engine()
    assert isinstance(found, UnsteadyEngine)
    return found


@pytest.fixture
def kettle(engine: UnsteadyEngine, drain_outbox: Drain) -> ItemDocument:
    make_warehouse("RNO")
    made = make_product(title="Whistling kettle", sku="KETTLE")
    set_stock(warehouse_code="RNO", sku="KETTLE", on_hand=2)
    drain_outbox()
    engine.is_away = True
    return made


@pytest.fixture
def seen(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Record from here on what searches log; earlier tests may have left the engine away."""
    find("anything")
    caplog.clear()
    return caplog


def find(text: str, *places: str) -> SearchResult:
    return search_products(query=SearchQuery(text=text, warehouses=places or None))


def come_back(engine: UnsteadyEngine, drain: Drain) -> None:
    """Have it answer again, and what waits be tried."""
    engine.is_away = False
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        drain()
    assert run_audit() == []
    assert not SearchRecord.objects.filter(is_indexed=False).exists()


def test_an_edit_is_found_in_sql_at_once_and_in_the_index_later(
    engine: UnsteadyEngine, kettle: ItemDocument, drain_outbox: Drain
) -> None:
    change_product(kettle, title="Enamel teapot")
    drain_outbox()

    meanwhile = find("teapot")
    assert (meanwhile.total, meanwhile.degraded, find("whistling").total) == (1, True, 0)

    come_back(engine, drain_outbox)
    afterwards = find("taepot")
    assert (afterwards.total, afterwards.degraded, find("whistling").total) == (1, False, 0)


def test_an_outage_is_one_line_in_the_log_and_its_end_another(
    engine: UnsteadyEngine, seen: pytest.LogCaptureFixture
) -> None:
    engine.is_away = True
    for _ in range(3):
        assert find("kettle").degraded
        assert suggest(prefix="ket") == []
    assert [each.levelname for each in seen.records] == ["WARNING"]
    assert "searching in SQL" in seen.text

    engine.is_away = False
    for _ in range(3):
        assert not find("kettle").degraded
    assert seen.messages[1:] == ["The search index answers again."]


def test_what_is_sold_out_meanwhile_is_found_nowhere(
    engine: UnsteadyEngine, kettle: ItemDocument, drain_outbox: Drain
) -> None:
    set_stock(warehouse_code="RNO", sku="KETTLE", on_hand=0)
    drain_outbox()

    assert find("kettle", "RNO").total == 0

    come_back(engine, drain_outbox)
    assert (find("kettle", "RNO").total, find("kettle").total) == (0, 1)


def test_what_is_retired_meanwhile_leaves_the_index_later(
    engine: UnsteadyEngine, kettle: ItemDocument, drain_outbox: Drain
) -> None:
    retire_product(product_id=kettle.product_id)
    drain_outbox()

    assert find("kettle").total == 0

    come_back(engine, drain_outbox)
    assert find("kettle").total == 0
    assert dict(engine.scan()) == {}
