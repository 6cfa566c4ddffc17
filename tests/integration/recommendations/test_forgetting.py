"""The lake keeps nothing too old, and nothing of who asked to be forgotten."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from recommendations.interactions import BadInteraction, read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.models import ForgottenCustomer
from recommendations.services import ask_to_forget, compact_lake

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def view(lake: EventLake, event_id: str, customer_id: int | None, *, at: datetime = NOW) -> None:
    event = {
        "event_id": event_id,
        "kind": "view",
        "occurred_at": at.isoformat(),
        "sku": "A-1",
        "customer_id": customer_id,
    }
    lake.write(Partition("view", at.date()), [read_interaction(event, now=at)])


def kept(lake: EventLake) -> list[str]:
    tables = [lake.read(partition) for partition in lake.partitions()]
    return sorted(id_ for table in tables for id_ in table["event_id"].to_pylist())


def test_days_beyond_the_limit_go(lake: EventLake, settings: Settings) -> None:
    settings.EVENT_RETENTION_DAYS = 30
    view(lake, "old", 1, at=NOW - timedelta(days=31))
    view(lake, "recent", 1, at=NOW - timedelta(days=30))

    compact_lake(now=NOW)

    assert kept(lake) == ["recent"]
    assert [partition.day for partition in lake.partitions()] == [date(2026, 10, 23)]


def test_a_customers_events_go_and_all_others_stay(lake: EventLake) -> None:
    for days in (0, 1, 200):
        view(lake, f"theirs-{days}", 7, at=NOW - timedelta(days=days))
        view(lake, f"another-{days}", 8, at=NOW - timedelta(days=days))
        view(lake, f"guest-{days}", None, at=NOW - timedelta(days=days))

    call_command("forget_customer", "7", stdout=StringIO())
    compact_lake(now=NOW)

    assert kept(lake) == sorted(
        f"{who}-{days}" for who in ("another", "guest") for days in (0, 1, 200)
    )


def test_what_arrives_late_goes_too_and_then_the_request_is_done(lake: EventLake) -> None:
    ask_to_forget(customer_id=7, now=NOW)
    compact_lake(now=NOW + HOUR)
    assert ForgottenCustomer.objects.get().done_at is None

    view(lake, "late", 7)
    compact_lake(now=NOW + 2 * HOUR)
    assert kept(lake) == []

    compact_lake(now=NOW + 25 * HOUR)
    assert ForgottenCustomer.objects.get().done_at == NOW + 25 * HOUR


def test_a_customer_who_comes_back_is_remembered_again(lake: EventLake) -> None:
    ask_to_forget(customer_id=7, now=NOW)
    compact_lake(now=NOW + 25 * HOUR)

    view(lake, "new", 7, at=NOW + 48 * HOUR)
    compact_lake(now=NOW + 49 * HOUR)

    assert kept(lake) == ["new"]


def test_an_event_of_a_newer_shop_is_not_guessed_at() -> None:
    event = {"event_id": "e", "kind": "view", "sku": "A", "occurred_at": NOW.isoformat()}

    assert read_interaction({**event, "version": 1}, now=NOW).extra is None
    for version in (2, 0, "1", None):
        with pytest.raises(BadInteraction, match="version"):
            read_interaction({**event, "version": version}, now=NOW)
