"""The nightly application where the lake and the run's folder are on HDFS."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from recommendations.hdfs import open_hdfs
from recommendations.spark.errors import NoSpark
from recommendations.spark.java import find_java
from recommendations.spark.nightly.submit import spark_submit_command
from tests.integration.recommendations.nightly_runs import (
    CUSTOMERS,
    SEED,
    UNTIL,
    crowd,
    write_catalogue,
    write_lake,
)
from tests.real_servers import MARK, server_url

pytestmark = pytest.mark.servers


@pytest.fixture
def folder() -> Iterator[str]:
    """Yield the URL of a folder of the test's own."""
    url = f"{server_url('hdfs')}/{MARK}/nightly"
    yield url
    files, path = open_hdfs(url)
    files.delete_dir(path)


def test_the_lake_is_read_from_hdfs_and_the_lists_are_written_there(
    folder: str, tmp_path: Path
) -> None:
    try:
        find_java(os.environ)
    except NoSpark as error:
        pytest.skip(str(error))
    write_lake(tmp_path / "lake", list(crowd()))
    write_catalogue(tmp_path / "run")
    files, root = open_hdfs(folder)
    fs.copy_files(
        str(tmp_path), root, source_filesystem=fs.LocalFileSystem(), destination_filesystem=files
    )

    command, needed = spark_submit_command(
        lake=f"{folder}/lake", run=f"{folder}/run", seed=SEED, until=UNTIL
    )
    done = subprocess.run(
        command,
        env={**os.environ, **needed, "SPARK_MASTER": "local[2]"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    customers = pq.read_table(f"{root}/run/customers", filesystem=files)
    assert sorted(customers["customer_id"].to_pylist()) == list(range(1, CUSTOMERS + 1))
    with files.open_input_stream(f"{root}/run/result.json") as result:
        assert json.loads(result.read())["customers"] == CUSTOMERS
