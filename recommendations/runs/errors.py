"""What can come in the way of a run.

* RunInProgress  another process is at work on one
* RunTakenOver   another process took this one over: it had not heard of us for too long
* BadOutput      the job said that it was done, and what it left is not what was agreed
* RunFailed      the run is over, without lists; the message says why
"""

from datetime import datetime

from shop.core.errors import Conflict, InfrastructureError


class RunInProgress(Conflict):
    """One at a time."""

    code = "recommendation_run_in_progress"

    def __init__(self, run_id: int, started_at: datetime) -> None:
        super().__init__(f"Run {run_id}, started {started_at:%Y-%m-%d %H:%M} UTC, is at work.")
        self.run_id = run_id


class RunTakenOver(Conflict):
    code = "recommendation_run_taken_over"

    def __init__(self, run_id: int) -> None:
        super().__init__(f"Run {run_id} is another process's now.")
        self.run_id = run_id


class BadOutput(InfrastructureError):
    """What the job wrote cannot be used; trying again would not help."""


class RunFailed(InfrastructureError):
    """Trying again would not help."""
