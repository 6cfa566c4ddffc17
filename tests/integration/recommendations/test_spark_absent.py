"""Where Spark cannot run, the command says why."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recommendations.spark import java


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
