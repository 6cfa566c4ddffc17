"""The lake keeps nothing too old, and nothing of who asked to be forgotten."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pytest
from django.core.management import call_command
from pytest_django import Settings

from orders.events import OrderPlaced
from recommendations.forgetting import forget_customers
from recommendations.interactions import BadInteraction, read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.models import ForgottenCustomer, ParkedEvent
from recommendations.services import ask_to_forget, collect_events, compact_lake
from shop.core import stream
from shop.core.models import OutboxMessage
from shop.core.outbox import publish

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


def test_while_something_from_before_is_on_its_way_the_request_is_not_done(
    lake: EventLake,
) -> None:
    ask_to_forget(customer_id=7, now=NOW)
    event = {"event_id": "late", "kind": "view", "sku": "A-1", "customer_id": 7}
    told = json.dumps({**event, "occurred_at": NOW.isoformat()})
    stream.client().xadd(stream.KEY, {"event": told}, id=f"{int(NOW.timestamp() * 1000)}-0")

    compact_lake(now=NOW + 30 * HOUR)  # the collector was away for longer than a day
    assert ForgottenCustomer.objects.get().done_at is None
    collect_events(now=NOW + 31 * HOUR)
    assert kept(lake) == ["late"]
    compact_lake(now=NOW + 32 * HOUR)

    assert kept(lake) == []
    assert ForgottenCustomer.objects.get().done_at == NOW + 32 * HOUR


def test_while_an_order_waits_to_be_told_the_request_is_not_done(lake: EventLake) -> None:
    publish(OrderPlaced(order_number="P-1"))
    OutboxMessage.objects.update(created_at=NOW)
    ask_to_forget(customer_id=7, now=NOW)

    compact_lake(now=NOW + 30 * HOUR)
    assert ForgottenCustomer.objects.get().done_at is None
    OutboxMessage.objects.all().delete()
    compact_lake(now=NOW + 31 * HOUR)

    assert ForgottenCustomer.objects.get().done_at == NOW + 31 * HOUR


def test_without_the_stream_nobody_knows_whether_the_request_is_done(
    lake: EventLake, settings: Settings
) -> None:
    view(lake, "theirs", 7)
    ask_to_forget(customer_id=7, now=NOW)
    settings.REDIS_STREAM = "unix:///nowhere/redis.sock"
    stream.client.cache_clear()

    compact_lake(now=NOW + 30 * HOUR)
    stream.client.cache_clear()

    assert kept(lake) == []
    assert ForgottenCustomer.objects.get().done_at is None


class AsksAgain(EventLake):
    """A lake whose customer asks once more while it is being rewritten."""

    def compact(self, partition: Partition, *, without: pa.Array | None = None) -> int:
        ask_to_forget(customer_id=7, now=NOW + 30 * HOUR)
        return super().compact(partition, without=without)


def test_a_request_that_comes_during_a_sweep_is_one_of_its_own(tmp_path: Path) -> None:
    lake = AsksAgain(f"file://{tmp_path}/lake")
    view(lake, "theirs", 7)
    ask_to_forget(customer_id=7, now=NOW)

    forget_customers(lake, now=NOW + 29 * HOUR)

    request = ForgottenCustomer.objects.get()
    assert (request.requested_at, request.swept_at, request.done_at) == (
        NOW + 30 * HOUR,
        None,
        None,
    )


def test_parked_events_of_the_customer_go_too(lake: EventLake) -> None:
    stream.record("dance", visitor="v", customer_id=7)
    stream.record("dance", visitor="v", customer_id=77)
    stream.record("view", visitor="v", sku="A", customer_id="7")  # type: ignore[arg-type]
    stream.client().xadd(stream.KEY, {"event": '{"customer_id": 7, and no JSON'})
    collect_events(now=NOW)
    assert ParkedEvent.objects.count() == 4

    ask_to_forget(customer_id=7, now=NOW)
    compact_lake(now=NOW)

    assert [json.loads(each.content)["customer_id"] for each in ParkedEvent.objects.all()] == [77]


def test_parked_events_are_kept_no_longer_than_others(lake: EventLake, settings: Settings) -> None:
    settings.EVENT_RETENTION_DAYS = 30
    for days in (30, 31):
        ParkedEvent.objects.create(
            entry_id=str(days), content="{}", reason="-", parked_at=NOW - timedelta(days=days)
        )

    compact_lake(now=NOW)

    assert [each.entry_id for each in ParkedEvent.objects.all()] == ["30"]


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
