"""The made-up shoppers of the demo: their events are all valid, and come once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.roles import ensure_roles
from recommendations.lake import event_lake
from recommendations.services import collect_events
from shop.core import stream
from shop.demo.crowd import DAYS, remember_crowd
from shop.demo.people import customers, load_people

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _places_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.EVENT_LAKE_URL = f"file://{tmp_path}/lake"
    stream.client().delete(*stream.KEYS)


def test_the_crowd_leaves_months_of_valid_events_once() -> None:
    ensure_roles()
    load_people()

    count = remember_crowd(now=NOW)
    collected = collect_events(now=NOW)

    assert (collected.kept, collected.parked) == (count, 0)
    assert count > 5_000
    lake = event_lake()
    days = [partition.day for partition in lake.partitions()]
    assert (NOW.date() - min(days)).days in (DAYS - 1, DAYS)
    assert max(days) == date(2026, 3, 4)
    known = {customer_id for customer_id, _, _ in customers()}
    told = {
        customer_id
        for partition in lake.partitions()
        for customer_id in lake.read(partition, columns=["customer_id"])["customer_id"].to_pylist()
    }
    assert told == known | {None}
    assert remember_crowd(now=NOW) == 0


def test_a_crowd_broken_off_comes_again_with_the_same_events(tmp_path: Path) -> None:
    ensure_roles()
    load_people()
    count = remember_crowd(now=NOW)
    marker = tmp_path / "demo-crowd"
    marker.write_text(marker.read_text().removesuffix(" done"))

    again = remember_crowd(now=NOW.replace(day=5))
    collect_events(now=NOW.replace(day=5))

    lake = event_lake()
    ids = [
        event_id
        for partition in lake.partitions()
        for event_id in lake.read(partition, columns=["event_id"])["event_id"].to_pylist()
    ]
    assert again == count
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == count
