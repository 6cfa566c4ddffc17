"""The end of a run: judged, and live if it is good enough, all in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from recommendations.live import live_run, lock_switch, publish
from recommendations.models import RecommendationRun, RunStatus
from recommendations.runs.claims import Claim
from recommendations.runs.errors import BadOutput
from recommendations.runs.gate import Measured, Minima, Verdict, judge
from recommendations.runs.loading import Loaded, leave_out_forgotten

MINIMA = Minima()


def finish(claim: Claim, loaded: Loaded, result: Mapping[str, Any], *, now: datetime) -> Verdict:
    """Say what the run is worth and show its lists, if the gate lets them pass.

    :raises RunTakenOver: when the run is another's now
    :raises BadOutput: when the job's result is not what was agreed
    """
    metrics = result.get("metrics")
    if not isinstance(metrics, dict):
        raise BadOutput("The result has no metrics.")
    with transaction.atomic():
        lock_switch()
        listed = loaded.customers - leave_out_forgotten(claim)
        try:
            candidate = Measured.read(metrics, listed=listed)
        except (TypeError, ValueError, AttributeError) as error:
            raise BadOutput("The result's metrics are not what was agreed.") from error
        verdict = judge(candidate, measured(live_run()), MINIMA)
        claim.write(
            now=now,
            status=RunStatus.READY if verdict.passes else RunStatus.REFUSED,
            has_lists=True,
            finished_at=now,
            data_until=parse_datetime(str(result.get("data_until"))),
            metrics=metrics,
            verdict=verdict.text,
            customer_count=listed,
            product_count=loaded.products,
        )
        if verdict.passes:
            publish(claim.run_id, by=None, reason=verdict.text, now=now)
    return verdict


def measured(run: RecommendationRun | None) -> Measured | None:
    """Return what a finished run was worth."""
    return Measured.read(run.metrics, listed=run.customer_count) if run else None
