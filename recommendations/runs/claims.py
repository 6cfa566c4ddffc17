"""Who works on a run: one process at a time, and another one when that has died.

A claim is the number of the attempt. Everything that its holder writes asks whether that is
still the run's, so that a process which was only asleep cannot write over its successor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from recommendations.models import RecommendationRun, RunStatus
from recommendations.runs.errors import RunInProgress, RunTakenOver

MOST_ATTEMPTS = 5
LONGEST_VERDICT = 2000
# What it learned from would be yesterday's, and some who asked may be forgotten by now.
GIVEN_UP_AFTER = timedelta(days=1)
# Any number that nothing else in the database locks.
START_LOCK = 7_310_004


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often a run says that it lives, when it counts as dead, and what follows on that."""

    heartbeat: timedelta = timedelta(seconds=10)
    stale_after: timedelta = timedelta(minutes=2)
    # Time for a process that was only asleep to notice that its run is another's now.
    settle: timedelta = timedelta(seconds=15)
    # How long a store that is away is waited for: twice as long each time.
    pause: timedelta = timedelta(minutes=2)
    longest_pause: timedelta = timedelta(hours=1)

    def after(self, outages: int) -> timedelta:
        """Return how long to wait after that many attempts that found a store away."""
        pause = self.pause
        for _ in range(outages - 1):
            pause = min(pause * 2, self.longest_pause)
        return pause


@dataclass(kw_only=True)
class Claim:
    """Good for one attempt at a run, and for the next one after `begin_again`."""

    run_id: int
    attempt: int
    started_at: datetime
    seed: int
    outages: int = 0

    @property
    def deaths(self) -> int:
        """How many attempts before this one ended without a word; outages are nobody's fault."""
        return self.attempt - 1 - self.outages

    @property
    def is_resumed(self) -> bool:
        return self.attempt > 1

    def write(self, *, now: datetime, **fields: Any) -> None:
        """Change the run's record and say that it lives.

        :raises RunTakenOver: when it is another's now
        """
        held = RecommendationRun.objects.filter(
            pk=self.run_id, status=RunStatus.RUNNING, attempts=self.attempt
        )
        if not held.update(heartbeat_at=now, **fields):
            raise RunTakenOver(self.run_id)

    def begin_again(self, *, now: datetime) -> None:
        """Begin the next attempt; raises as `write`."""
        self.write(now=now, attempts=self.attempt + 1)
        self.attempt += 1

    def put_off(self, *, now: datetime, pace: Pace, why: str) -> None:
        """Leave the run to a later attempt, as a store is away; raises as `write`."""
        self.outages += 1
        self.write(
            now=now,
            outages=self.outages,
            resume_at=now + pace.after(self.outages),
            verdict=f"Waiting: {why}"[:LONGEST_VERDICT],
        )


def claim_run(*, start_new: bool, now: datetime, stale_after: timedelta) -> Claim | None:
    """Take up the run that died, else start one, if asked to; None: there is nothing to do.

    One that was put off waits for its time, unless a start is asked for.

    :raises RunInProgress: when one is at work
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [START_LOCK])
        run = RecommendationRun.objects.select_for_update().filter(status="running").first()
        if run is not None:
            if run.resume_at is not None:
                if now < run.resume_at and not start_new:
                    return None
            elif now - run.heartbeat_at < stale_after:
                raise RunInProgress(run.pk, run.started_at)
            if claim := _take_over(run, now):
                return claim
        return _start(now) if start_new else None


def has_stale_run(*, now: datetime, stale_after: timedelta) -> bool:
    """Tell whether a run waits for somebody to take it up."""
    died = Q(resume_at=None, heartbeat_at__lte=now - stale_after)
    return RecommendationRun.objects.filter(
        died | Q(resume_at__lte=now), status=RunStatus.RUNNING
    ).exists()


def _start(now: datetime) -> Claim:
    return _claim(RecommendationRun.objects.create(started_at=now, heartbeat_at=now))


def _take_over(run: RecommendationRun, now: datetime) -> Claim | None:
    deaths = run.attempts - run.outages
    if deaths >= MOST_ATTEMPTS:
        _give_up(run, f"It died {deaths} times.", now)
        return None
    if now - run.started_at > GIVEN_UP_AFTER:
        _give_up(run, f"It was interrupted, and is too old to go on. {run.verdict}".strip(), now)
        return None
    run.attempts += 1
    run.heartbeat_at, run.resume_at, run.verdict = now, None, ""
    run.save(update_fields=["attempts", "heartbeat_at", "resume_at", "verdict"])
    return _claim(run)


def _give_up(run: RecommendationRun, verdict: str, now: datetime) -> None:
    run.status, run.verdict, run.finished_at = RunStatus.FAILED, verdict, now
    run.resume_at = None
    run.save(update_fields=["status", "verdict", "finished_at", "resume_at"])


def _claim(run: RecommendationRun) -> Claim:
    return Claim(
        run_id=run.pk,
        attempt=run.attempts,
        started_at=run.started_at,
        seed=run.seed,
        outages=run.outages,
    )
