"""The end of a run: judged, and live if it is good enough, all in one transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from recommendations.live import held_switch, lock_switch, publish
from recommendations.models import Publication, RecommendationRun, RunStatus
from recommendations.runs.claims import Claim
from recommendations.runs.errors import BadOutput
from recommendations.runs.gate import Minima, is_comparable, judge
from recommendations.runs.loading import Loaded, leave_out_forgotten
from recommendations.runs.measured import Measured

MINIMA = Minima()
COMPARED = 7  # runs, so that each day of the week is among them
LOOKED_AT = 30
# What was usual longer ago was usual of another shop.
COMPARED_WITHIN = timedelta(days=14)


def finish(claim: Claim, loaded: Loaded, result: Mapping[str, Any], *, now: datetime) -> str:
    """Show the run's lists, if the gate lets them pass and staff do not hold the switch.

    Returns what the run is worth, and what became of it, in words.

    :raises RunTakenOver: when the run is another's now
    :raises BadOutput: when the job's result is not what was agreed
    """
    # A shop that is new has nothing to hold out yet.
    metrics = result.get("metrics") or {}
    data_until = _moment(result.get("data_until"))
    with transaction.atomic():
        lock_switch()
        listed = loaded.customers - leave_out_forgotten(claim)
        held = held_switch()
        verdict = judge(
            _measured(metrics, listed),
            recently_measured(now=now),
            MINIMA,
            started_at=claim.started_at,
            data_until=data_until,
        )
        text = f"{verdict.text} {_held_back(held)}" if verdict.passes and held else verdict.text
        claim.write(
            now=now,
            status=RunStatus.READY if verdict.passes else RunStatus.REFUSED,
            has_lists=True,
            finished_at=now,
            data_until=data_until,
            metrics=metrics,
            verdict=text,
            customer_count=listed,
            product_count=loaded.products,
        )
        if verdict.passes and not held:
            publish(claim.run_id, by=None, reason=text, now=now)
    return text


def _held_back(held: Publication) -> str:
    shown = f"back to run {held.run_id}" if held.run_id else "to popular lists only"
    return (
        f"Not published: staff switched {shown} on {held.published_at:%Y-%m-%d %H:%M} UTC. "
        "Publish it by hand."
    )


def recently_measured(*, now: datetime) -> list[Measured]:
    """Return what the last runs were worth that another one can be compared with."""
    finished = RecommendationRun.objects.filter(
        status__in=(RunStatus.READY, RunStatus.REFUSED), finished_at__gt=now - COMPARED_WITHIN
    ).order_by("-id")
    measured = (
        Measured.read(run.metrics, listed=run.customer_count) for run in finished[:LOOKED_AT]
    )
    return [each for each in measured if is_comparable(each, MINIMA)][:COMPARED]


def _measured(metrics: Any, listed: int) -> Measured:
    try:
        return Measured.read(metrics, listed=listed)
    except (TypeError, ValueError, AttributeError) as error:
        raise BadOutput("The result's metrics are not what was agreed.") from error


def _moment(told: object) -> datetime:
    moment = parse_datetime(str(told))
    if moment is None or moment.tzinfo is None:
        raise BadOutput("The result does not say how new what it learned from is.")
    return moment
