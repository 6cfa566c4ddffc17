"""An event lake of the test's own and an empty stream."""

from pathlib import Path

import pytest
from pytest_django import Settings

from recommendations.lake import EventLake, event_lake
from shop.core import stream


@pytest.fixture
def lake(settings: Settings, tmp_path: Path) -> EventLake:
    settings.EVENT_LAKE_URL = f"file://{tmp_path}/a lake"
    stream.client().delete(stream.KEY)
    return event_lake()
