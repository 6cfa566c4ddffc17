"""What the record says while Spark works: stages as they end, the log, that the run lives."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from recommendations.models import RecommendationRun
from recommendations.runs.claims import Claim
from recommendations.runs.pipes import Told

logger = logging.getLogger(__name__)

MOST_STAGES = 100
LONGEST_NAME = 100

Stage = dict[str, Any]


class Progress:
    """Writes to the run's record at each stage's end, and in between as often as `heartbeat`.

    While the database is away the job goes on: a heartbeat that is missed is no reason to stop.
    """

    def __init__(
        self,
        claim: Claim,
        *,
        heartbeat: timedelta,
        clock: Callable[[], datetime],
        tell: Callable[[str], None],
    ) -> None:
        self._claim = claim
        self._heartbeat = heartbeat
        self._clock = clock
        self._tell = tell
        self._log = ""
        self._written_at = clock()
        run = RecommendationRun.objects.only("stages").get(pk=claim.run_id)
        self._stages: list[Stage] = run.stages

    def hear(self, told: Told) -> None:
        """Take down what the job says of a stage."""
        stage = _stage_in(told)
        if stage is None:
            return
        if told.get("kept") and any(each["name"] == stage["name"] for each in self._stages):
            self._tell(f"  {stage['name']}: was done before")
            return
        others = [each for each in self._stages if each["name"] != stage["name"]]
        self._stages = [*others, stage][-MOST_STAGES:]
        rows = "" if stage["rows"] is None else f", {stage['rows']} rows"
        self._tell(f"  {stage['name']}: {stage['seconds']:.1f} s{rows}")
        self._write()

    def tick(self, log: str) -> None:
        self._log = log
        if self._clock() - self._written_at >= self._heartbeat:
            self._write()

    def _write(self) -> None:
        now = self._clock()
        self._written_at = now
        try:
            self._claim.write(now=now, stages=self._stages, log=self._log)
        except (OperationalError, InterfaceError):
            logger.warning("Could not say that a run lives; saying it again in a while.")
            connection.close()


def _stage_in(told: Told) -> Stage | None:
    name, seconds, rows = told.get("name"), told.get("seconds", 0), told.get("rows")
    if told.get("event") != "stage" or not isinstance(name, str):
        return None
    if not isinstance(seconds, int | float) or not isinstance(rows, int | None):
        return None
    return {"name": name[:LONGEST_NAME], "seconds": round(float(seconds), 1), "rows": rows}
