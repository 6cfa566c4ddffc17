"""The item store with nothing listening where its server should be."""

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from catalog.stores.sql import SqlItemStore
from shop.core.errors import StoreUnavailable


@pytest.fixture
def unreachable(django_db_blocker: DjangoDbBlocker) -> Iterator[SqlItemStore]:
    connections.settings["gone"] = {
        **connections.settings["default"],
        "HOST": "127.0.0.1",
        "PORT": "1",
        "OPTIONS": {"connect_timeout": 1},
    }
    with django_db_blocker.unblock():
        yield SqlItemStore(database="gone")
    del connections["gone"]
    del connections.settings["gone"]


def test_ping_says_that_it_does_not_answer(unreachable: SqlItemStore) -> None:
    status = unreachable.ping()

    assert status.answers is False
    assert "127.0.0.1" in status.detail


def test_reading_and_writing_raise_the_stores_own_error(unreachable: SqlItemStore) -> None:
    with pytest.raises(StoreUnavailable):
        unreachable.get_many([1])
    with pytest.raises(StoreUnavailable):
        unreachable.get_many_by_sku(["A"])
    with pytest.raises(StoreUnavailable):
        unreachable.delete(1, 1)
    with pytest.raises(StoreUnavailable):
        list(unreachable.scan())
