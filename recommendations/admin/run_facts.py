"""A run as staff read it: its numbers beside those of popular lists and of the live run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from recommendations.models import RecommendationRun, RunStatus

MEASURES = (("ndcg", "NDCG@10"), ("recall", "Recall@20"), ("coverage", "Catalogue shown"))
SHARES = {"coverage"}  # told in per cent
ABSENT = "—"
TONES = {
    RunStatus.READY: "up",
    RunStatus.REFUSED: "warn",
    RunStatus.FAILED: "down",
    RunStatus.RUNNING: "busy",
}


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """One line of the table of measures; all are texts, in the places they are shown."""

    name: str
    model: str
    popularity: str
    times: str
    live: str


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """How a kind of customers fares, by NDCG@10."""

    name: str
    customers: int
    model: str
    popularity: str
    times: str
    live: str


def measure_rows(run: RecommendationRun, live: RecommendationRun | None) -> list[MeasureRow]:
    """Return a row for each measure; none where the run measured nothing."""
    if not run.metrics.get("model"):
        return []
    return [
        MeasureRow(
            name=name,
            model=_value(run.metrics, "model", key),
            popularity=_value(run.metrics, "popularity", key),
            times=_times(run.metrics, key),
            live=_value(live.metrics, "model", key) if live else ABSENT,
        )
        for key, name in MEASURES
    ]


def segment_rows(run: RecommendationRun, live: RecommendationRun | None) -> list[SegmentRow]:
    """Return a row for each kind of customers that the job told apart."""
    then: Mapping[str, Any] = live.metrics.get("segments", {}) if live else {}
    return [
        SegmentRow(
            name=name,
            customers=segment.get("customers", 0),
            model=_value(segment, "model", "ndcg"),
            popularity=_value(segment, "popularity", "ndcg"),
            times=_times(segment, "ndcg"),
            live=_value(then.get(name, {}), "model", "ndcg"),
        )
        for name, segment in run.metrics.get("segments", {}).items()
    ]


def beside_popularity(run: RecommendationRun) -> str:
    """Return NDCG@10 of the model and of popular lists, for the list of runs."""
    if not run.metrics.get("model"):
        return ABSENT
    ours, theirs = (_value(run.metrics, which, "ndcg") for which in ("model", "popularity"))
    return f"{ours} beside {theirs}"


def duration(run: RecommendationRun, now: datetime) -> str:
    """Return how long the run took, or takes already, as hours, minutes and seconds."""
    whole = timedelta(seconds=int(((run.finished_at or now) - run.started_at).total_seconds()))
    minutes, seconds = divmod(int(whole.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _value(metrics: Mapping[str, Any], which: str, key: str) -> str:
    value = (metrics.get(which) or {}).get(key)
    if value is None:
        return ABSENT
    return f"{value:.1%}" if key in SHARES else f"{value:.4f}"


def _times(metrics: Mapping[str, Any], key: str) -> str:
    ours, theirs = ((metrics.get(which) or {}).get(key) for which in ("model", "popularity"))
    return f"{ours / theirs:.2f}" if ours is not None and theirs else ABSENT
