"""A lake of the test's own on each kind of file system, and an empty stream."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from recommendations.lake import EventLake, event_lake
from shop.core import stream
from tests.real_servers import MARK, server_url


@pytest.fixture(params=["file", pytest.param("hdfs", marks=pytest.mark.servers)])
def lake(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> Iterator[EventLake]:
    if request.param == "file":
        settings.EVENT_LAKE_URL = f"file://{tmp_path}/a lake"
    else:
        settings.EVENT_LAKE_URL = f"{server_url('hdfs')}/{MARK}/{uuid.uuid4().hex}/a lake"
    stream.client().delete(*stream.KEYS)
    lake = event_lake()
    yield lake
    if request.param == "hdfs":
        lake._files.delete_dir(str(Path(lake._root).parent))
