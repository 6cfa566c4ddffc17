"""A new index beside the live one, and drift found and mended."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from search import services
from search.engines import search_engine
from search.engines.tantivy import TantivyEngine
from search.errors import NothingToRollBack
from search.locks import RebuildRunning, rebuilding
from search.models import SearchRecord
from search.selectors import search_products
from search.types import SearchQuery
from tests.factories.catalog import change_product, make_product
from tests.factories.search import document

pytestmark = pytest.mark.django_db(transaction=True)

Drain = Callable[[], int]


def total(text: str = "") -> int:
    return search_products(query=SearchQuery(text=text)).total


def make_products(count: int) -> list[int]:
    return [make_product(title=f"Whistling kettle no {n}").product_id for n in range(count)]


def test_a_rebuilt_index_holds_what_the_old_one_held(
    drain_outbox: Drain, capsys: pytest.CaptureFixture[str]
) -> None:
    make_products(5)
    drain_outbox()
    before = search_engine().state()

    call_command("rebuild_search")

    assert search_engine().state() == before
    assert total("kettle") == 5
    assert "Rebuilt the index of 5 products" in capsys.readouterr().out


def test_an_empty_index_is_filled_from_the_catalogue(drain_outbox: Drain) -> None:
    make_products(3)
    assert total() == 0

    call_command("rebuild_search", records=True)

    assert total() == 3


def test_a_rebuild_can_be_rolled_back_and_is_caught_up(drain_outbox: Drain) -> None:
    item = make_product(title="Whistling kettle")
    drain_outbox()
    call_command("rebuild_search")
    change_product(item, title="Enamel teapot")
    drain_outbox()

    assert services.roll_back_index() == 1

    assert total("teapot") == 1
    assert total("whistling") == 0


def test_a_rebuild_interrupted_after_the_swap_leaves_the_new_index(
    drain_outbox: Drain, settings: Settings, tmp_path: Path
) -> None:
    backend = "tests.integration.search.engines.InterruptedEngine"
    search = {"BACKEND": backend, "OPTIONS": {"directory": str(tmp_path)}}
    settings.STORES = {**settings.STORES, "search": search}
    make_products(3)
    drain_outbox()

    with pytest.raises(KeyboardInterrupt):
        services.rebuild_index()

    assert total("kettle") == 3
    assert list(services.find_differences()) == []
    with rebuilding():
        pass


def test_without_an_earlier_index_there_is_no_way_back() -> None:
    search_engine().setup()

    with pytest.raises(NothingToRollBack):
        services.roll_back_index()


def test_two_rebuilds_at_once_are_refused() -> None:
    refused: list[BaseException] = []

    def attempt() -> None:
        try:
            services.rebuild_index()
        except RebuildRunning as error:
            refused.append(error)
        finally:
            connection.close()

    with rebuilding():
        other = threading.Thread(target=attempt)
        other.start()
        other.join()

    assert len(refused) == 1


def test_searches_and_edits_go_on_during_rebuilds(drain_outbox: Drain) -> None:
    ids = make_products(20)
    drain_outbox()
    stop = threading.Event()
    counts: set[int] = set()
    failures: list[Exception] = []

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                while not stop.is_set():
                    work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shall show it
                failures.append(error)
            finally:
                connection.close()

        return run

    threads = [
        threading.Thread(target=guarded(lambda: counts.add(total("kettle")))),
        threading.Thread(target=guarded(lambda: _touch(ids))),
    ]
    for thread in threads:
        thread.start()
    for _ in range(4):
        services.rebuild_index()
    stop.set()
    for thread in threads:
        thread.join()

    assert failures == []
    assert counts == {20}
    assert list(services.find_differences()) == []


def _touch(ids: list[int]) -> None:
    services.refresh_products(product_ids=ids[:3])


def test_drift_is_found_and_mended(drain_outbox: Drain) -> None:
    ids = make_products(4)
    drain_outbox()
    engine = search_engine()
    engine.delete({ids[0]: 99})
    engine.index([document(ids[1], revision=50, title="From nowhere"), document(10**6)])
    SearchRecord.objects.filter(product_id=ids[2]).update(product_revision=0)

    found = {each.product_id for each in services.find_differences()}
    assert found == {ids[0], ids[1], 10**6}

    services.repair_index()

    assert list(services.find_differences()) == []
    assert total("kettle") == 4
    assert total("nowhere") == 0


WRITER = """
import sys
import django
django.setup()
from search.engines.tantivy import TantivyEngine
from tests.factories.search import document
engine, revision = TantivyEngine(sys.argv[1]), 0
while True:
    revision += 1
    engine.index([document(n, revision=revision) for n in range(1, 51)])
    print(revision, flush=True)
"""


@pytest.mark.parametrize("commits", [1, 3, 6])
def test_a_writer_killed_at_any_moment_leaves_whole_commits(tmp_path: Path, commits: int) -> None:
    directory = str(tmp_path / "index")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "PYTHONPATH": str(configured.BASE_DIR),
    }
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, directory], stdout=subprocess.PIPE, env=environment
    ) as writer:
        assert writer.stdout is not None
        committed = [int(writer.stdout.readline()) for _ in range(commits)][-1]
        writer.send_signal(signal.SIGKILL)

    engine = TantivyEngine(directory)
    held = dict(engine.scan())
    assert set(held) == set(range(1, 51))
    assert len(set(held.values())) == 1
    assert held[1] >= committed
    assert engine.index([document(1, revision=10_000)]) == 1
