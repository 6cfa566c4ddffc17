"""Collectors side by side and collectors killed: each event is in the lake, and counts once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.utils import timezone

from recommendations.collector import GROUP, collect
from recommendations.lake import EventLake, Partition
from shop.core import stream
from tests.sandbox import ROOT, poll_until

COLLECT_IN_SMALL_BATCHES = """
import django
django.setup()
from django.utils import timezone
from recommendations import collector
from recommendations.lake import event_lake
collector.BATCH = 20
collector.collect(event_lake(), now=timezone.now())
"""


def _record(count: int) -> set[str]:
    skus = {f"SKU-{number}" for number in range(count)}
    for sku in skus:
        stream.record("view", visitor="v", sku=sku)
    return skus


def _kept(lake: EventLake) -> list[str]:
    partitions = list(lake.partitions())
    return [sku for each in partitions for sku in lake.read(each)["sku"].to_pylist()]


def test_collectors_side_by_side_keep_each_event_once(lake: EventLake) -> None:
    skus = _record(500)

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(collect, lake, now=timezone.now()) for _ in range(4)]

    assert sum(run.result().kept for run in runs) == 500
    assert sorted(_kept(lake)) == sorted(skus)


def test_killed_collectors_lose_and_double_nothing(lake: EventLake) -> None:
    skus = _record(600)
    today = Partition("view", timezone.now().date())

    for round_number in range(1, 3):
        process = subprocess.Popen(
            [sys.executable, "-c", COLLECT_IN_SMALL_BATCHES],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "shop.settings",
                "EVENT_LAKE_URL": settings.EVENT_LAKE_URL,
            },
        )
        _wait_for_files(lake, today, 3 * round_number)
        process.kill()
        process.wait()
    left = int(stream.client().xpending(stream.KEY, GROUP)["pending"])
    collected = collect(lake, now=timezone.now(), left_behind_ms=0)

    assert collected.kept >= left
    assert sorted(_kept(lake)) == sorted(skus)


def _wait_for_files(lake: EventLake, partition: Partition, count: int) -> None:
    poll_until(lambda: len(lake.files(partition)) >= count, seconds=30)
