"""Runs of the nightly job with the application of `tests.nightly.application`."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from recommendations.models import RecommendationRun
from recommendations.runs.claims import Pace
from recommendations.runs.nightly import Tools, run_nightly
from tests.sandbox import ROOT

APPLICATION = Path(__file__).with_name("application.py")
# As it is, but in tenths of seconds.
QUICK = Pace(
    heartbeat=timedelta(seconds=0.1),
    stale_after=timedelta(seconds=1),
    settle=timedelta(seconds=0.1),
    pause=timedelta(seconds=0.2),
)


def metrics(
    *, customers: int = 40, ndcg: float = 0.2, recall: float = 0.3, coverage: float = 0.8
) -> dict[str, Any]:
    """Return what the job measured: popular lists have 0.1 for NDCG and 0.2 for recall."""
    popularity = {"ndcg": 0.1, "recall": 0.2, "coverage": 0.05}
    model = {"ndcg": ndcg, "recall": recall, "coverage": coverage}
    segment = {"customers": customers, "model": model, "popularity": popularity}
    spread = {"ndcg": 0.5, "recall": 0.5}
    return {
        "held_out_days": 7,
        "cut": "2026-11-15",
        "customers": customers,
        "model": model,
        "popularity": popularity,
        "spread": spread,
        "segments": {"1-4 purchases": segment},
    }


@dataclass
class Nightly:
    """Runs in this process or, to be killed, in one of their own; `plan` is the application's."""

    folder: Path
    plan: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plan = {
            "customers": 30,
            "metrics": metrics(),
            "journal": str(self.folder / "journal"),
            **self.plan,
        }

    def run(self, *, start_new: bool = True) -> RecommendationRun | None:
        tools = Tools(
            command=self.command, lake_url="file:///nowhere", tell=self.told.append, pace=QUICK
        )
        return run_nightly(tools, start_new=start_new)

    def command(
        self, *, lake: str, run: str, seed: int, until: datetime
    ) -> tuple[Sequence[str], Mapping[str, str]]:
        argv = [sys.executable, str(APPLICATION), "--lake", lake, "--run", run]
        argv += ["--seed", str(seed), "--until", until.isoformat()]
        return argv, {"NIGHTLY_PLAN": json.dumps(self.plan)}

    def start_elsewhere(self) -> subprocess.Popen[bytes]:
        """Begin a run in another process, on this test's database."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.nightly.starter", str(self.folder)],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "shop.settings",
                "DATABASE_URL": database_url(),
                "RECOMMENDATIONS_URL": settings.RECOMMENDATIONS_URL,
                "NIGHTLY_PLAN": json.dumps(self.plan),
            },
        )

    def done(self) -> list[str]:
        """Return the stages that were worked on, each time."""
        return [line.split()[0] for line in self._journal()]

    def pids(self) -> list[int]:
        """Return the processes that the application was, in order."""
        return list(dict.fromkeys(int(line.split()[1]) for line in self._journal()))

    def _journal(self) -> list[str]:
        journal = Path(self.plan["journal"])
        return journal.read_text().splitlines() if journal.exists() else []


def database_url() -> str:
    """Return the address of the database that the tests use just now."""
    config = connection.settings_dict
    host = quote(config["HOST"], safe="")
    password = f":{quote(config['PASSWORD'], safe='')}" if config["PASSWORD"] else ""
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f"postgres://{config['USER']}{password}@{host}{port}/{config['NAME']}"
