"""Rebuilding, rolling back, auditing and mending an index on a server."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from search import services
from search.engines import search_engine
from search.models import SearchRecord
from search.selectors import search_products
from search.types import SearchQuery
from shop.core.models import OutboxMessage
from tests.factories.catalog import change_product, make_product
from tests.factories.search import document, new_index_name, remove_indexes
from tests.real_servers import server_url

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

Drain = Callable[[], int]


@pytest.fixture(autouse=True)
def _on_elasticsearch(settings: Any) -> Iterator[None]:
    options = {
        "url": server_url("elasticsearch"),
        "index": new_index_name(),
        "pool_size": 8,
        "timeout_seconds": 10.0,
        "pause_seconds": 0.0,
    }
    backend = "search.engines.elasticsearch.ElasticsearchEngine"
    settings.STORES = {**settings.STORES, "search": {"BACKEND": backend, "OPTIONS": options}}
    search_engine().setup()
    yield
    remove_indexes()


def total(text: str = "") -> int:
    result = search_products(query=SearchQuery(text=text))
    assert not result.degraded
    return result.total


def run(command: str, **options: Any) -> str:
    said = StringIO()
    call_command(command, stdout=said, stderr=said, **options)
    return said.getvalue()


def make_kettles(count: int) -> list[int]:
    return [make_product(title=f"Whistling kettle no {n}").product_id for n in range(count)]


def test_a_product_is_found_as_it_is_after_each_change(drain_outbox: Drain) -> None:
    item = make_product(title="Whistling kettle")
    drain_outbox()
    assert total("kettle") == 1

    item = change_product(item, title="Enamel teapot")
    drain_outbox()
    assert (total("kettle"), total("teapot")) == (0, 1)

    change_product(item, status="retired")
    drain_outbox()
    assert total() == 0


def test_an_index_is_rebuilt_and_rolled_back_by_command(drain_outbox: Drain) -> None:
    item = make_product(title="Whistling kettle")
    make_kettles(4)
    drain_outbox()
    before = search_engine().state()

    assert "Rebuilt the index of 5 products" in run("rebuild_search")
    assert search_engine().state() == before
    change_product(item, title="Enamel teapot")
    drain_outbox()

    assert "1 products were caught up" in run("rebuild_search", rollback=True)
    assert (total("teapot"), total("kettle")) == (1, 4)


def test_planted_drift_is_told_by_the_audit_and_mended_by_command(drain_outbox: Drain) -> None:
    ids = make_kettles(4)
    drain_outbox()
    engine = search_engine()
    engine.delete({ids[0]: 99})
    engine.index([document(ids[1], revision=50, title="From nowhere"), document(10**6)])

    with pytest.raises((CommandError, SystemExit)):
        run("audit")
    assert {each.product_id for each in services.find_differences()} == {ids[0], ids[1], 10**6}

    run("rebuild_search", repair=True)

    run("audit")
    assert list(services.find_differences()) == []
    assert (total("kettle"), total("nowhere")) == (4, 0)


def test_a_shop_whose_cluster_lost_all_searches_in_sql_until_the_rebuild(
    drain_outbox: Drain,
) -> None:
    item = make_product(title="Whistling kettle")
    make_kettles(2)
    drain_outbox()
    remove_indexes()

    search_engine().setup()
    change_product(item, title="Enamel teapot")
    drain_outbox()

    meanwhile = search_products(query=SearchQuery(text="teapot"))
    assert (meanwhile.total, meanwhile.degraded) == (1, True)
    assert not search_engine().ping().answers

    assert "Rebuilt the index of 3 products" in run("rebuild_search")

    assert (total("taepot"), total("kettle")) == (1, 2)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        drain_outbox()
    run("audit")
    assert not OutboxMessage.objects.exists()
    assert not SearchRecord.objects.filter(is_indexed=False).exists()


def test_the_first_rebuild_may_read_every_product_again() -> None:
    make_kettles(3)
    SearchRecord.objects.all().delete()
    remove_indexes()

    run("rebuild_search", records=True)

    assert total("kettle") == 3
    assert not SearchRecord.objects.filter(is_indexed=False).exists()


def test_searches_and_edits_go_on_during_rebuilds(drain_outbox: Drain) -> None:
    ids = make_kettles(20)
    drain_outbox()
    counts: set[int] = set()
    edits = 0

    def edit() -> None:
        nonlocal edits
        services.refresh_products(product_ids=ids[:3])
        edits += 1
        time.sleep(0.05)

    with going_on(lambda: counts.add(total("kettle")), edit) as failures:
        for _ in range(3):
            services.rebuild_index()

    assert failures == []
    assert counts == {20}
    assert edits > 3
    assert list(services.find_differences()) == []
    assert SearchRecord.objects.get(product_id=ids[0]).revision > edits


@contextmanager
def going_on(*works: Callable[[], None]) -> Iterator[list[Exception]]:
    """Repeat each work in a thread of its own; yield what fails."""
    stop, failures = threading.Event(), list[Exception]()

    def repeat(work: Callable[[], None]) -> None:
        try:
            while not stop.is_set():
                work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall show it
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield failures
    finally:
        stop.set()
        for thread in threads:
            thread.join()
