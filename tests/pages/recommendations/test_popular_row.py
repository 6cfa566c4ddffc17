"""What shoppers look at becomes a row on the start page."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from shop.core import stream
from tests.factories.shopping import make_sold_product

pytestmark = pytest.mark.django_db


def test_products_looked_at_are_shown_as_popular(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.EVENT_LAKE_URL = f"file://{tmp_path}"
    stream.client().delete(*stream.KEYS)
    for number in range(4):
        item = make_sold_product(f"SEEN-{number}", title=f"Seen Lantern {number}")
        assert client.get(item.url(f"SEEN-{number}")).status_code == 200

    call_command("build_popular")
    page = Client().get("/").content.decode()

    row = page[page.index("Popular right now") :]
    assert all(f"Seen Lantern {number}" in row for number in range(4))


def test_without_events_there_is_no_such_row(client: Client) -> None:
    assert "Popular" not in client.get("/").content.decode()
