"""What the job's process is given, and what it is not."""

import sys

import pytest

from recommendations.runs.child import run_job
from recommendations.runs.pipes import Told

SAYS = "import json, os; print(json.dumps({'names': sorted(os.environ)}))"


def test_the_job_knows_where_spark_is_and_no_password_of_the_shop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://shop:secret@localhost/shop")
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the lake")
    told: list[Told] = []

    ended = run_job(
        [sys.executable, "-c", SAYS],
        {"SPARK_HOME": "/spark"},
        on_told=told.append,
        on_tick=lambda _: None,
    )

    assert ended.exit_code == 0
    [names] = [set(each["names"]) for each in told]
    assert {"AWS_ACCESS_KEY_ID", "PATH", "SPARK_HOME"} <= names
    assert not names & {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
