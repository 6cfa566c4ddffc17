"""A run from end to end: catalogue, Spark, lists, the gate, publication.

Each step asks what is there already, so that a run that died goes on where it stood. What
another attempt may mend (a store that is away, a process that was killed) leaves the run as it
is, to be taken up again; anything else ends it.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from recommendations.models import RecommendationRun, RunStatus
from recommendations.runs.catalogue import FILE, write_catalogue
from recommendations.runs.child import Ended, run_job
from recommendations.runs.claims import MOST_ATTEMPTS, Claim, Pace, claim_run
from recommendations.runs.clearing import clear_away, clear_folder
from recommendations.runs.errors import BadOutput, RunFailed, RunTakenOver
from recommendations.runs.finishing import finish
from recommendations.runs.folder import RESULT, RunFolder
from recommendations.runs.loading import load_lists
from recommendations.runs.progress import Progress
from recommendations.spark.errors import NoSpark
from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)

PACE = Pace()
NOTHING_TO_LEARN_FROM = 3
STORE_AWAY = 4
# What another attempt may mend.
PASSING = (OperationalError, InterfaceError, RunTakenOver)


class JobCommand(Protocol):
    """How Spark is started for a run; raises NoSpark where it cannot be."""

    def __call__(
        self, *, lake: str, run: str, seed: int, until: datetime
    ) -> tuple[Sequence[str], Mapping[str, str]]: ...


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What a run needs from outside; `tell` gets a line of text as things happen."""

    command: JobCommand
    lake_url: str
    tell: Callable[[str], None] = lambda line: None
    pace: Pace = PACE
    clock: Callable[[], datetime] = timezone.now


def run_nightly(tools: Tools, *, start_new: bool) -> RecommendationRun | None:
    """Take up the run that died, else start one, if asked to; None: there was nothing to do.

    :raises RunInProgress: when another process is at work on one
    :raises RunTakenOver: when another process took it over meanwhile
    :raises StoreUnavailable: when a store is away; the run is taken up again later
    """
    pace = tools.pace
    claim = claim_run(start_new=start_new, now=tools.clock(), stale_after=pace.stale_after)
    if claim is None:
        return None
    if claim.is_resumed:
        tools.tell(f"Run {claim.run_id} is taken up again, attempt {claim.attempt}.")
        time.sleep(pace.settle.total_seconds())
    else:
        tools.tell(f"Run {claim.run_id} starts.")
    _carry_out(tools, claim)
    clear_folder(claim.run_id)
    clear_away()
    return RecommendationRun.objects.get(pk=claim.run_id)


def _carry_out(tools: Tools, claim: Claim) -> None:
    """Do what is left to do, and write down how it ended."""
    try:
        folder = RunFolder(claim.run_id)
        if not claim.is_resumed:
            folder.clear()  # a run of this number in another database may have left something
        _learn(tools, claim, folder)
        tools.tell("  Loading the lists.")
        loaded = load_lists(claim, folder, clock=tools.clock)
        told = finish(claim, loaded, folder.read_result(), now=tools.clock())
    except StoreUnavailable as error:
        claim.put_off(now=tools.clock(), pace=tools.pace, why=str(error))
        raise
    except PASSING:
        raise
    except (NoSpark, RunFailed, BadOutput) as error:
        logger.warning("The nightly job failed: %s", error)
        _fail(tools, claim, str(error))
    except KeyboardInterrupt:
        connection.close()  # it may be in the middle of a statement, and takes no other then
        _fail(tools, claim, "It was stopped by hand.")
        raise
    except Exception as error:
        _fail(tools, claim, f"An error of the shop's own: {error!r}")
        raise
    else:
        tools.tell(told)


def _learn(tools: Tools, claim: Claim, folder: RunFolder) -> None:
    """Have Spark make the lists; one that is killed is started again."""
    if not folder.has(FILE):
        write_catalogue(folder, on_batch=lambda: claim.write(now=tools.clock()))
    while not folder.has(RESULT):
        ended = _run_spark(tools, claim, folder)
        if ended.was_killed and claim.deaths + 1 < MOST_ATTEMPTS:
            claim.begin_again(now=tools.clock())
            tools.tell(f"  Spark was killed; attempt {claim.attempt}.")
        elif ended.exit_code == STORE_AWAY:
            raise StoreUnavailable("What the nightly job reads or writes", ended.error)
        elif ended.exit_code != 0:
            raise RunFailed(_told_of(ended))
        elif not folder.has(RESULT):
            raise BadOutput(f"The job said that it was done and left no {RESULT}.")


def _run_spark(tools: Tools, claim: Claim, folder: RunFolder) -> Ended:
    argv, environment = tools.command(
        lake=tools.lake_url, run=folder.url, seed=claim.seed, until=claim.started_at
    )
    progress = Progress(claim, heartbeat=tools.pace.heartbeat, clock=tools.clock, tell=tools.tell)
    ended = run_job(argv, environment, on_told=progress.hear, on_tick=progress.tick)
    claim.write(now=tools.clock(), log=ended.log)
    return ended


def _told_of(ended: Ended) -> str:
    last = ended.log.strip().splitlines()[-1:] or ["it wrote nothing"]
    said = ended.error or last[0]
    if ended.exit_code == NOTHING_TO_LEARN_FROM:
        return f"There is nothing to learn from: {said}"
    return f"The job ended with exit code {ended.exit_code}: {said}"


def _fail(tools: Tools, claim: Claim, verdict: str) -> None:
    tools.tell(verdict)
    now = tools.clock()
    RecommendationRun.objects.filter(
        pk=claim.run_id, status=RunStatus.RUNNING, attempts=claim.attempt
    ).update(status=RunStatus.FAILED, verdict=verdict[:2000], finished_at=now, heartbeat_at=now)
