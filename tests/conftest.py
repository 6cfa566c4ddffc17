"""Fixtures for every test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from catalog.stores import item_store
from orders.archives import order_archive
from search.engines import search_engine
from shop.core import cache as cache_module
from shop.core import outbox, stream
from shop.operations.store_setup import migrate_stores
from shop.pages import last_page
from tests import real_servers


def pytest_configure() -> None:
    # The real hash takes half a second on purpose; the tests make hundreds of customers.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # More threads race than the pool has connections: they queue, on a busy machine for long.
    settings.DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 30
    # Hypothesis measures the rules, not how busy the machine is.
    hypothesis_settings.register_profile("no-deadline", deadline=None)
    hypothesis_settings.load_profile("no-deadline")


class OneWorkerForTrees(LoadScopeScheduling):
    """Give each test to whichever worker is free, but all that need a process tree to one.

    So a tree is started once, and no two compete for the processors.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "tests/e2e" if nodeid.startswith("tests/e2e/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerForTrees:
    return OneWorkerForTrees(config, log)


@pytest.fixture
def drain_outbox(transactional_or_not: None) -> Callable[[], int]:
    """Deliver every due outbox row in this process until none is left."""

    def drain() -> int:
        total = 0
        while delivered := outbox.deliver_due(now=timezone.now()):
            total += delivered
        return total

    return drain


@pytest.fixture
def transactional_or_not(request: pytest.FixtureRequest) -> None:
    """Have a database: the marker's, or else the default one."""
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")


@pytest.fixture(autouse=True)
def _fresh_redis() -> None:
    """Start each test with closed breakers and an empty cache."""
    cache_module.breaker.reset()
    stream.breaker.reset()
    cache.clear()


@pytest.fixture(autouse=True)
def _no_copies_of_pages() -> None:
    last_page.forget_copies()
    caches["last_pages"].clear()


@pytest.fixture(autouse=True)
def _own_search_index(request: pytest.FixtureRequest) -> None:
    """Give each test an empty index: what others have written is not rolled back with the SQL."""
    if request.node.get_closest_marker("processes") is None:
        config = {**settings.STORES["search"]}
        if "directory" in config.get("OPTIONS", {}):
            directory = request.getfixturevalue("tmp_path_factory").mktemp("search")
            config["OPTIONS"] = {"directory": str(directory)}
            request.getfixturevalue("settings").STORES = {**settings.STORES, "search": config}


@pytest.fixture(autouse=True)
def _empty_archive(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the one table that is no model's own, and so not emptied with the others."""
    yield
    if "transactional_db" in request.fixturenames or _is_transactional(request):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE orders_archive")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Have the tables and indexes of the real servers made as well."""
    if real_servers.REQUIRED:
        with django_db_blocker.unblock():
            assert [each for each in migrate_stores() if each.error] == []


@pytest.fixture(autouse=True)
def _empty_real_stores(request: pytest.FixtureRequest) -> None:
    """Remove what earlier tests left outside SQL: nothing there is rolled back."""
    if not real_servers.REQUIRED or request.node.get_closest_marker("django_db") is None:
        return
    for product_id, revision in list(item_store().scan()):
        item_store().delete(product_id, revision + 1)
    search_engine().delete({key: revision + 1 for key, revision in search_engine().scan()})
    for entry in list(order_archive().entries()):
        order_archive().delete(entry.number)


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))
