"""From the stream into the lake: nothing lost, nothing counted twice, nothing bad let in."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from recommendations.collector import GROUP, Collected, collect
from recommendations.interactions import read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.models import ParkedEvent
from recommendations.services import collect_events
from shop.core import stream
from shop.core.errors import StoreUnavailable

pytestmark = pytest.mark.django_db


def _today() -> date:
    return timezone.now().date()


def _pending() -> int:
    return int(stream.client().xpending(stream.KEY, GROUP)["pending"])


def _ids(lake: EventLake, kind: str) -> list[str]:
    return list(lake.read(Partition(kind, _today()))["sku"].to_pylist())


def test_recorded_events_reach_the_lake(lake: EventLake) -> None:
    stream.record("view", visitor="v1", customer_id=None, sku="A-1", product_id=1)
    stream.record("view", visitor="v1", customer_id=None, sku="A-2", product_id=2)
    stream.record("cart", visitor="v1", customer_id=9, sku="A-2", action="add", quantity=3)

    collected = collect_events(now=timezone.now())

    (cart,) = lake.read(Partition("cart", _today())).to_pylist()
    assert collected == Collected(kept=3, parked=0)
    assert _ids(lake, "view") == ["A-1", "A-2"]
    assert (cart["customer_id"], cart["action"], cart["quantity"]) == (9, "add", 3)
    assert _pending() == 0


def test_an_empty_stream_makes_no_files(lake: EventLake) -> None:
    assert collect_events(now=timezone.now()) == Collected()
    assert list(lake.partitions()) == []


def test_a_second_run_finds_only_what_is_new(lake: EventLake) -> None:
    stream.record("view", visitor="v1", sku="A-1")
    collect_events(now=timezone.now())
    stream.record("view", visitor="v1", sku="A-2")

    assert collect_events(now=timezone.now()) == Collected(kept=1)
    assert sorted(_ids(lake, "view")) == ["A-1", "A-2"]


def test_what_a_dead_collector_left_is_taken_over(lake: EventLake) -> None:
    stream.record("view", visitor="v1", sku="A-1")
    stream.read_group(GROUP, "a collector that died", count=10, block_ms=0)

    too_soon = collect(lake, now=timezone.now())
    collected = collect(lake, now=timezone.now(), left_behind_ms=0)

    assert too_soon == Collected()
    assert collected == Collected(kept=1)
    assert _pending() == 0


def test_a_collector_that_died_before_acknowledging_doubles_nothing(lake: EventLake) -> None:
    stream.record("view", visitor="v1", sku="A-1")
    (entry,) = stream.read_group(GROUP, "a collector that died", count=10, block_ms=0)
    _write_as_it_did(lake, entry.event)

    collect(lake, now=timezone.now(), left_behind_ms=0)

    assert len(lake.files(Partition("view", _today()))) == 2
    assert _ids(lake, "view") == ["A-1"]


def test_while_the_lake_is_away_events_wait_in_the_stream(
    lake: EventLake, settings: Settings, tmp_path: Path
) -> None:
    stream.record("view", visitor="v1", sku="A-1")
    in_the_way = tmp_path / "a lake"
    in_the_way.write_text("a file where the lake should be")

    with pytest.raises(StoreUnavailable):
        collect(lake, now=timezone.now())
    in_the_way.unlink()

    assert collect(lake, now=timezone.now(), left_behind_ms=0) == Collected(kept=1)
    assert _ids(lake, "view") == ["A-1"]


def test_bad_events_are_parked_and_the_others_go_on(lake: EventLake) -> None:
    stream.record("dance", visitor="v1")
    stream.record("view", visitor="v1", sku="nul \0 and half a pair \ud800")
    stream.client().xadd(stream.KEY, {"event": "no JSON"})
    stream.client().xadd(stream.KEY, {"event": "[1]"})
    stream.client().xadd(stream.KEY, {"other": "field"})
    stream.record("view", visitor="v1", sku="A-1")

    collected = collect_events(now=timezone.now())

    reasons = ParkedEvent.objects.order_by("id").values_list("reason", flat=True)
    assert collected == Collected(kept=1, parked=5)
    assert _ids(lake, "view") == ["A-1"]
    assert list(reasons) == [
        "kind: 'dance' is not known",
        "sku: has characters that cannot be stored",
        "kind: None is not known",
        "kind: None is not known",
        "kind: None is not known",
    ]
    assert _pending() == 0


def test_a_parked_event_is_parked_once(lake: EventLake) -> None:
    stream.record("dance", visitor="v1")
    stream.read_group(GROUP, "one", count=10, block_ms=0)
    (entry,) = stream.claim_stale(GROUP, "two", idle_ms=0, count=10)
    ParkedEvent.objects.create(
        entry_id=entry.entry_id, content="{}", reason="before", parked_at=timezone.now()
    )

    collect(lake, now=timezone.now(), left_behind_ms=0)

    assert ParkedEvent.objects.get().reason == "before"


def _write_as_it_did(lake: EventLake, event: dict[str, object]) -> None:
    interaction = read_interaction(event, now=timezone.now())
    lake.write(Partition(interaction.kind, interaction.day), [interaction])
