"""The nightly application as a process: killed, started again, on a cluster."""

from pathlib import Path

import pytest

from recommendations.spark.nightly import application
from tests.integration.recommendations.conftest import NightlyRun
from tests.integration.recommendations.nightly_runs import (
    SEED,
    UNTIL,
    finish,
    kill_after,
    start,
    tables,
    write_catalogue,
)
from tests.real_servers import server_url

STAGES = ["read", "measure", "train", "customers", "products", "categories", "result"]


def test_a_run_that_was_killed_twice_ends_as_one_that_nothing_disturbed(
    undisturbed: NightlyRun, tmp_path: Path
) -> None:
    run = tmp_path / "run=2"
    write_catalogue(run)

    assert kill_after("read", start(undisturbed.lake, run)) == STAGES[:1]
    assert kill_after("train", start(undisturbed.lake, run)) == STAGES[:3]
    ended = finish(start(undisturbed.lake, run), run)

    assert ended.code == 0, ended.log
    assert list(ended.stages) == STAGES
    kept = [name for name, stage in ended.stages.items() if stage.get("kept")]
    assert kept[:3] == STAGES[:3]
    assert tables(run) == tables(undisturbed.folder)
    assert not (run / "work").exists()


def test_a_run_that_is_done_is_kept(
    undisturbed: NightlyRun, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tables(undisturbed.folder)

    assert _main(undisturbed.lake, undisturbed.folder) == 0

    told = '{"event": "stage", "name": "result", "seconds": 0, "rows": 1, "kept": true}\n'
    assert capsys.readouterr().out == told
    assert tables(undisturbed.folder) == before


def test_an_empty_lake_is_told_by_the_exit_code_and_a_line(
    undisturbed: NightlyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_catalogue(tmp_path / "run")
    lake = f"file://{tmp_path}/lake"

    assert _main(lake, tmp_path / "run") == application.NOTHING_TO_LEARN

    told = f'{{"event": "error", "message": "{lake}: there are no events yet"}}\n'
    assert capsys.readouterr().out == told


def test_a_folder_without_a_catalogue_fails_and_says_so(
    undisturbed: NightlyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(undisturbed.lake, tmp_path) == application.FAILED

    assert "catalogue.parquet: there is no such file" in capsys.readouterr().out


def test_a_lake_that_cannot_be_reached_has_an_exit_code_of_its_own(
    undisturbed: NightlyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_catalogue(tmp_path / "run")

    assert _main("hdfs://127.0.0.1:1/lake", tmp_path / "run") == application.STORE_AWAY

    assert "ConnectException" in capsys.readouterr().out


@pytest.mark.servers
def test_a_cluster_makes_the_same_lists_as_this_machine(
    undisturbed: NightlyRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_MASTER", server_url("spark-master"))
    run = tmp_path / "run=3"
    write_catalogue(run)

    ended = finish(start(undisturbed.lake, run), run)

    assert ended.code == 0, ended.log
    assert tables(run) == tables(undisturbed.folder)


def _main(lake: str, run: Path) -> int:
    return application.main(
        ["--lake", lake, "--run", f"file://{run}", "--seed", str(SEED), "--until", str(UNTIL)]
    )
