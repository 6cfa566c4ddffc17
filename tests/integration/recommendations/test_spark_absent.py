"""Where Spark cannot run, the command says why."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pyspark.sql import SparkSession

from recommendations.spark import java
from recommendations.spark.errors import told_by


@pytest.fixture(autouse=True)
def no_session_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the session that other tests of this process may have left running."""
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)


def test_without_java_the_command_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(java, "USUAL_PLACES", ())

    with pytest.raises(CommandError, match="Spark needs Java 17 or later and none was found"):
        call_command(
            "build_recommendations", interactions="any.parquet", output=tmp_path / "run.tsv"
        )


def test_a_master_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "java"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch()
    monkeypatch.setenv("JAVA_HOME", str(home))
    monkeypatch.setenv("SPARK_MASTER", "nonsense")

    with pytest.raises(CommandError, match="SPARK_MASTER: 'nonsense' is none of local, spark://"):
        call_command(
            "build_recommendations", interactions="any.parquet", output=tmp_path / "run.tsv"
        )


def test_what_java_says_is_told_without_its_stack() -> None:
    error = RuntimeError("An error occurred\n: org.apache.Oops: disk full\n\tat org.apache.X\n")

    assert told_by(error) == "org.apache.Oops: disk full"
    assert told_by(RuntimeError("plain")) == "plain"
    assert told_by(RuntimeError()) == "RuntimeError"
