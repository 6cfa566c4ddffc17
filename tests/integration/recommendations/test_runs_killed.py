"""Runs killed at any point: taken up again, nothing lost or done twice, nobody left behind."""

import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import psutil
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from recommendations.live import live_run_id
from recommendations.models import (
    CustomerLists,
    ProductLists,
    Publication,
    RecommendationRun,
    RunStatus,
)
from recommendations.runs.child import WAIT_FOR_THE_WORD
from recommendations.runs.claims import Pace
from recommendations.runs.errors import RunInProgress
from recommendations.services import tend_runs
from shop.core.errors import StoreUnavailable
from tests.factories.catalog import make_product
from tests.nightly.runs import QUICK, Nightly
from tests.sandbox import poll_until

pytestmark = pytest.mark.django_db(transaction=True)

NEVER = "/nonexistent/word"
END_SECONDS = 25
Lists = list[tuple[int, list[int], dict[str, list[int]]]]


@pytest.fixture
def nightly(settings: Settings, tmp_path: Path) -> Iterator[Nightly]:
    settings.RECOMMENDATIONS_URL = f"file://{tmp_path}/runs"
    nightly = Nightly(tmp_path)
    yield nightly
    for pid in nightly.pids():
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


@pytest.fixture
def starter(nightly: Nightly) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Collect the processes that a test starts, to be gone when it ends."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def lists_of(run: RecommendationRun) -> Lists:
    rows = CustomerLists.objects.filter(run=run).order_by("customer_id")
    return list(rows.values_list("customer_id", "for_you", "categories"))


def resumed(nightly: Nightly) -> RecommendationRun:
    """Take the run up as soon as it counts as dead."""

    def attempt() -> RecommendationRun | None:
        try:
            return nightly.run(start_new=False)
        except RunInProgress:
            return None

    run = poll_until(attempt, seconds=END_SECONDS)
    assert run is not None
    return run


def the_run() -> RecommendationRun:
    return RecommendationRun.objects.get()


def test_killed_with_its_starter_the_job_ends_and_another_goes_on(
    nightly: Nightly, starter: list[subprocess.Popen[bytes]]
) -> None:
    for _ in range(3):
        make_product()
    nightly.plan |= {"waits_in": "products", "waits_for": NEVER}
    starter.append(nightly.start_elsewhere())
    poll_until(lambda: "products" in nightly.done(), seconds=END_SECONDS)
    [application] = nightly.pids()
    assert is_alive(application)

    starter[0].kill()
    starter[0].wait()

    poll_until(lambda: not is_alive(application), seconds=END_SECONDS)
    assert the_run().status == RunStatus.RUNNING
    nightly.plan["waits_for"] = "/"
    run = resumed(nightly)
    assert (run.status, run.attempts) == (RunStatus.READY, 2)
    # What was whole was not done again.
    assert nightly.done() == ["events", "customers", "products", "products", "categories"]
    assert [stage["name"] for stage in run.stages] == [
        "events", "customers", "products", "categories",
    ]  # fmt: skip
    assert [row.run_id for row in Publication.objects.all()] == [run.pk]
    undisturbed = nightly.run()
    assert undisturbed is not None
    assert lists_of(run) == lists_of(undisturbed)
    assert len(lists_of(run)) == 30


def test_killed_while_lists_are_loaded_it_loads_them_again_and_spark_rests(
    nightly: Nightly, starter: list[subprocess.Popen[bytes]]
) -> None:
    make_product()
    nightly.plan["customers"] = 30_000
    starter.append(nightly.start_elsewhere())
    poll_until(CustomerLists.objects.exists, seconds=END_SECONDS)

    starter[0].kill()
    starter[0].wait()

    assert 0 < CustomerLists.objects.count() < 30_000
    assert live_run_id() is None
    run = resumed(nightly)
    assert (run.status, run.customer_count) == (RunStatus.READY, 30_000)
    assert CustomerLists.objects.filter(run=run).count() == 30_000
    assert ProductLists.objects.filter(run=run).count() == 1
    assert nightly.done() == ["events", "customers", "products", "categories"]
    assert Publication.objects.count() == 1


def test_a_starter_that_was_only_asleep_leaves_the_run_to_its_successor(
    nightly: Nightly, starter: list[subprocess.Popen[bytes]]
) -> None:
    make_product()
    nightly.plan |= {"waits_in": "customers", "waits_for": NEVER}
    starter.append(nightly.start_elsewhere())
    poll_until(lambda: "customers" in nightly.done(), seconds=END_SECONDS)
    [application] = nightly.pids()
    starter[0].send_signal(signal.SIGSTOP)
    nightly.plan["waits_for"] = "/"

    run = resumed(nightly)
    starter[0].send_signal(signal.SIGCONT)

    assert starter[0].wait(timeout=END_SECONDS) != 0
    assert not is_alive(application)
    assert the_run() == run
    assert (the_run().status, the_run().attempts) == (RunStatus.READY, 2)
    assert Publication.objects.count() == 1
    assert len(lists_of(run)) == 30


class StopsInAStatement(list[str]):
    """Is told what happens, and at the lists is stopped by hand while PostgreSQL works."""

    def append(self, told: str) -> None:
        super().append(told)
        if "Loading" in told:
            connection.ensure_connection()
            connection.connection.pgconn.send_query(b"SELECT pg_sleep(1)")
            raise KeyboardInterrupt


def test_stopped_by_hand_in_the_middle_of_a_statement_the_run_is_over(nightly: Nightly) -> None:
    make_product()
    nightly.told = StopsInAStatement()

    with pytest.raises(KeyboardInterrupt):
        nightly.run()

    assert (the_run().status, the_run().verdict) == (RunStatus.FAILED, "It was stopped by hand.")


def test_stopped_by_hand_the_run_is_over_and_so_is_the_job(
    nightly: Nightly, starter: list[subprocess.Popen[bytes]]
) -> None:
    make_product()
    nightly.plan |= {"waits_in": "customers", "waits_for": NEVER}
    starter.append(nightly.start_elsewhere())
    poll_until(lambda: "customers" in nightly.done(), seconds=END_SECONDS)

    starter[0].send_signal(signal.SIGINT)
    starter[0].wait(timeout=END_SECONDS)

    assert (the_run().status, the_run().verdict) == (RunStatus.FAILED, "It was stopped by hand.")
    assert not is_alive(nightly.pids()[0])


def test_a_job_that_is_killed_is_started_again_at_once(nightly: Nightly) -> None:
    make_product()
    nightly.plan |= {"killed_in": "customers", "killed_times": 2}

    run = nightly.run()

    assert run is not None
    assert (run.status, run.attempts) == (RunStatus.READY, 3)
    assert nightly.done() == ["events", *["customers"] * 3, "products", "categories"]


def test_a_job_that_is_killed_each_time_is_given_up(nightly: Nightly) -> None:
    make_product()
    nightly.plan |= {"killed_in": "customers", "killed_times": 9}

    run = nightly.run()

    assert run is not None
    assert (run.status, run.attempts) == (RunStatus.FAILED, 5)
    assert run.verdict == "The job ended with exit code -9: working on customers"
    assert nightly.done() == ["events", *["customers"] * 5]


def test_a_run_that_died_five_times_makes_room_for_a_new_one(nightly: Nightly) -> None:
    make_product()
    long_ago = timezone.now() - timedelta(hours=1)
    dead = RecommendationRun.objects.create(started_at=long_ago, heartbeat_at=long_ago, attempts=5)

    run = nightly.run()

    dead.refresh_from_db()
    assert (dead.status, dead.verdict) == (RunStatus.FAILED, "It died 5 times.")
    assert run is not None
    assert (run.status, run.attempts) == (RunStatus.READY, 1)
    assert run.pk != dead.pk


def test_a_run_of_yesterday_is_not_gone_on_with(nightly: Nightly) -> None:
    yesterday = timezone.now() - timedelta(hours=25)
    RecommendationRun.objects.create(started_at=yesterday, heartbeat_at=yesterday)

    assert nightly.run(start_new=False) is None

    assert the_run().status == RunStatus.FAILED
    assert the_run().verdict == "It was interrupted, and is too old to go on."


def test_only_a_run_without_a_heartbeat_waits_to_be_taken_up() -> None:
    now = timezone.now()
    run = RecommendationRun.objects.create(started_at=now, heartbeat_at=now)

    assert not tend_runs(now=now + timedelta(seconds=119))
    assert tend_runs(now=now + timedelta(seconds=120))

    run.status = RunStatus.FAILED
    run.save()
    assert not tend_runs(now=now + timedelta(seconds=120))


def test_while_the_folder_cannot_be_reached_the_run_waits(
    nightly: Nightly, settings: Settings, tmp_path: Path
) -> None:
    make_product()
    reachable = settings.RECOMMENDATIONS_URL
    (tmp_path / "file").touch()
    settings.RECOMMENDATIONS_URL = f"file://{tmp_path}/file"

    with pytest.raises(StoreUnavailable):
        nightly.run()

    assert the_run().status == RunStatus.RUNNING
    settings.RECOMMENDATIONS_URL = reachable
    assert resumed(nightly).status == RunStatus.READY


def test_a_store_that_is_away_uses_up_no_attempt_and_is_asked_ever_more_seldom(
    nightly: Nightly,
) -> None:
    make_product()
    nightly.plan |= {"refuse": "java.net.ConnectException", "exit": 4}
    away = "What the nightly job reads or writes is unavailable: java.net.ConnectException"
    pauses = []

    for _ in range(7):
        with pytest.raises(StoreUnavailable, match=away):
            nightly.run()
        run = the_run()
        assert run.resume_at is not None
        pauses.append(run.resume_at - run.heartbeat_at)

    assert (run.status, run.attempts, run.outages) == (RunStatus.RUNNING, 7, 7)
    assert run.verdict == f"Waiting: {away}"
    assert pauses[:4] == [QUICK.pause, QUICK.pause * 2, QUICK.pause * 4, QUICK.pause * 8]
    assert Pace().after(7) == timedelta(hours=1)
    del nightly.plan["refuse"]
    assert nightly.run(start_new=False) is None  # not yet
    assert run.resume_at is not None
    assert not tend_runs(now=run.resume_at - timedelta(seconds=1))
    assert tend_runs(now=run.resume_at)
    ended = nightly.run()
    assert ended is not None
    assert (ended.status, ended.attempts, ended.resume_at) == (RunStatus.READY, 8, None)


def test_a_store_that_is_away_for_a_day_is_not_waited_for_any_more(nightly: Nightly) -> None:
    yesterday = timezone.now() - timedelta(hours=25)
    RecommendationRun.objects.create(
        started_at=yesterday,
        heartbeat_at=yesterday,
        attempts=9,
        outages=9,
        resume_at=yesterday,
        verdict="Waiting: the lake is unavailable",
    )

    assert nightly.run(start_new=False) is None

    assert the_run().status == RunStatus.FAILED
    assert the_run().verdict == (
        "It was interrupted, and is too old to go on. Waiting: the lake is unavailable"
    )


def test_of_two_that_start_at_once_one_does(nightly: Nightly) -> None:
    make_product()
    start = Barrier(2)

    def act() -> str:
        try:
            start.wait(timeout=10)
            run = nightly.run()
        except RunInProgress:
            return "left it to the other"
        else:
            return run.status if run else "nothing"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(act) for _ in range(2)]

    assert sorted(end.result() for end in ends) == ["left it to the other", "ready"]
    assert RecommendationRun.objects.count() == 1


def test_a_starter_that_dies_before_it_gives_the_word_starts_nothing(tmp_path: Path) -> None:
    made = tmp_path / "made"

    done = subprocess.run(
        ["/bin/sh", "-c", WAIT_FOR_THE_WORD, "sh", "touch", str(made)],
        stdin=subprocess.DEVNULL,
        check=False,
    )

    assert done.returncode != 0
    assert not made.exists()
