"""Who starts runs: the command in the foreground, beat at night, and beat for those that died."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings as shop_settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from kombu.connection import Connection
from kombu.simple import SimpleQueue
from pytest_django import Settings

from recommendations import tasks
from recommendations.models import RecommendationRun, RunStatus
from recommendations.spark import java
from shop.celery import app
from shop.schedule import beat_schedule
from tests.sandbox import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

NO_JAVA = "Spark needs Java 17 or later and none was found"


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.RECOMMENDATIONS_URL = f"file://{tmp_path}/runs"
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(java, "USUAL_PLACES", ())


@pytest.fixture
def asked() -> Iterator[SimpleQueue]:
    """Yield what the nightly worker would receive."""
    with nightly_queue() as queue:
        yield queue


@contextmanager
def nightly_queue() -> Iterator[SimpleQueue]:
    connection: Connection
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue(tasks.NIGHTLY_QUEUE)
        queue.clear()
        yield queue
        queue.clear()
        queue.close()


def running(*, heartbeat_ago: timedelta) -> RecommendationRun:
    then = timezone.now() - heartbeat_ago
    return RecommendationRun.objects.create(started_at=then, heartbeat_at=then)


def received(queue: SimpleQueue) -> dict[str, Any]:
    message = queue.get(timeout=5)
    message.ack()
    assert message.headers["task"] == "recommendations.build_lists"
    assert message.headers["expires"] is not None
    kwargs: dict[str, Any] = message.payload[1]
    return kwargs


@pytest.mark.usefixtures("no_java")
def test_the_command_says_why_there_are_no_lists() -> None:
    out = StringIO()

    with pytest.raises(CommandError, match="No lists were made"):
        call_command("build_recommendations", stdout=out)

    run = RecommendationRun.objects.get()
    assert (run.status, run.verdict.partition(":")[0]) == (RunStatus.FAILED, NO_JAVA)
    first, second = out.getvalue().splitlines()
    assert first == f"Run {run.pk} starts."
    assert second.startswith(NO_JAVA)


def test_the_command_leaves_a_run_that_is_at_work_alone() -> None:
    run = running(heartbeat_ago=timedelta(seconds=5))

    with pytest.raises(CommandError, match=rf"Run {run.pk}, started .* UTC, is at work\."):
        call_command("build_recommendations")

    assert RecommendationRun.objects.get().status == RunStatus.RUNNING


def test_a_file_of_interactions_needs_a_file_to_write_to() -> None:
    with pytest.raises(CommandError, match="--interactions needs --output"):
        call_command("build_recommendations", interactions="any.parquet")


@pytest.mark.usefixtures("no_java")
def test_the_task_does_a_run_and_leaves_one_that_is_at_work_alone() -> None:
    assert tasks.build_lists() == RecommendationRun.objects.get().pk

    running(heartbeat_ago=timedelta(seconds=5))
    assert tasks.build_lists() is None
    assert tasks.build_lists(start_new=False) is None
    assert RecommendationRun.objects.count() == 2


def test_a_run_that_died_is_asked_for_and_no_new_one(asked: SimpleQueue) -> None:
    running(heartbeat_ago=timedelta(minutes=3))

    assert tasks.tend_runs()

    assert received(asked) == {"start_new": False}


def test_where_no_run_died_nothing_is_asked_for(asked: SimpleQueue) -> None:
    running(heartbeat_ago=timedelta(seconds=30))

    assert not tasks.tend_runs()

    with pytest.raises(asked.Empty):
        asked.get(timeout=0.2)


def test_while_the_broker_is_away_asking_is_refused_at_once() -> None:
    asks = (
        "import django; django.setup()\n"
        "from recommendations.tasks import ask_for_run\n"
        "ask_for_run(start_new=True)\n"
    )
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1", "DJANGO_SETTINGS_MODULE": "shop.settings"}

    done = subprocess.run(
        [sys.executable, "-c", asks],
        cwd=ROOT, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False,
        timeout=30,
    )  # fmt: skip

    assert "StoreUnavailable: The message broker is unavailable" in done.stderr


def test_beat_starts_the_job_once_a_night_at_the_hour_of_the_settings() -> None:
    nightly = beat_schedule(nightly_hour=4)["build-lists"]

    assert nightly["schedule"] == crontab(hour="4", minute="0")
    assert nightly["options"]["queue"] == tasks.NIGHTLY_QUEUE
    # What lay about for longer is of another night.
    assert nightly["options"]["expires"] < timedelta(days=1).total_seconds()
    assert shop_settings.CELERY_BEAT_SCHEDULE["build-lists"]["schedule"] == crontab(
        hour="3", minute="0"
    )
