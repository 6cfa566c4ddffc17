"""Stores are set up by one command; one that is away keeps neither the others nor the shop."""

from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.integration.catalog.doubles import AbsentItemStore

pytestmark = pytest.mark.django_db


class UnreachableItemStore(AbsentItemStore):
    def setup(self) -> None:
        self._fail()


UNREACHABLE = {
    "BACKEND": "tests.integration.operations.test_store_setup.UnreachableItemStore",
}


def test_every_store_is_set_up() -> None:
    told = StringIO()

    call_command("migrate_stores", stdout=told)

    assert [line.split() for line in told.getvalue().splitlines()] == [
        ["items", "ready"],
        ["search", "ready"],
        ["order_archive", "ready"],
    ]


def test_one_that_is_away_is_named_and_the_others_are_set_up(settings: Settings) -> None:
    settings.STORES = {**settings.STORES, "items": UNREACHABLE}
    told = StringIO()

    with pytest.raises(SystemExit):
        call_command("migrate_stores", stdout=told)

    assert "items          items is unavailable" in told.getvalue()
    assert "search         ready" in told.getvalue()


def test_the_shop_starts_without_it_and_says_so(settings: Settings) -> None:
    settings.STORES = {**settings.STORES, "items": UNREACHABLE}
    told = StringIO()

    call_command("prepare_shop", "--no-static", stderr=told)

    assert "items does not answer, and the shop starts without it" in told.getvalue()
