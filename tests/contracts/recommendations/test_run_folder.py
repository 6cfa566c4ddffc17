"""The folder of a run keeps the same promises on every file system."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pytest_django import Settings

from recommendations.runs.errors import BadOutput
from recommendations.runs.folder import RunFolder
from shop.core.errors import StoreUnavailable
from tests.real_servers import MARK, server_url

SCHEMA = pa.schema([("id", pa.int64()), ("names", pa.list_(pa.string()))])
ROWS = [{"id": number, "names": [f"name {number}"]} for number in range(5)]


@pytest.fixture(params=["file", pytest.param("hdfs", marks=pytest.mark.servers)])
def folder(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> Iterator[RunFolder]:
    if request.param == "file":
        settings.RECOMMENDATIONS_URL = f"file://{tmp_path}/the runs"
    else:
        settings.RECOMMENDATIONS_URL = f"{server_url('hdfs')}/{MARK}/{uuid.uuid4().hex}/the runs"
    folder = RunFolder(7)
    yield folder
    folder.clear()


def write(folder: RunFolder, name: str, rows: list[dict[str, object]]) -> None:
    folder.write_table(name, SCHEMA, [pa.RecordBatch.from_pylist(rows, schema=SCHEMA)])


def write_result(folder: RunFolder, text: bytes) -> None:
    folder._files.create_dir(folder._path, recursive=True)
    with folder._files.open_output_stream(f"{folder._path}/result.json") as stream:
        stream.write(text)


def finish_table(folder: RunFolder, name: str) -> None:
    """Leave two files and the mark of success, as Spark does."""
    for part, rows in (("a", ROWS[:3]), ("b", ROWS[3:])):
        folder._files.create_dir(f"{folder._path}/{name}", recursive=True)
        write(folder, f"{part}.parquet", rows)
        folder._files.move(
            f"{folder._path}/{part}.parquet", f"{folder._path}/{name}/part-{part}.parquet"
        )
    with folder._files.open_output_stream(f"{folder._path}/{name}/_SUCCESS"):
        pass


def test_a_table_appears_under_its_name(folder: RunFolder) -> None:
    assert not folder.has("catalogue.parquet")

    write(folder, "catalogue.parquet", ROWS)

    assert folder.has("catalogue.parquet")
    assert folder.url.endswith("/the runs/run=7")


def test_what_spark_wrote_is_read_in_parts(folder: RunFolder) -> None:
    finish_table(folder, "customers")

    parts = list(folder.read_rows("customers", ["id", "names"], size=2))

    assert sorted(len(part) for part in parts) == [1, 2, 2]
    assert sorted((row for part in parts for row in part), key=lambda row: row["id"]) == ROWS


def test_an_unfinished_table_is_refused(folder: RunFolder) -> None:
    finish_table(folder, "customers")
    folder._files.delete_file(f"{folder._path}/customers/_SUCCESS")

    with pytest.raises(BadOutput, match="customers is unfinished"):
        list(folder.read_rows("customers", ["id"], size=2))


def test_a_table_that_lacks_a_column_is_refused(folder: RunFolder) -> None:
    finish_table(folder, "customers")

    with pytest.raises(BadOutput, match=r"customers has no for_you\."):
        list(folder.read_rows("customers", ["id", "for_you"], size=2))


def test_a_file_that_is_no_parquet_is_refused(folder: RunFolder) -> None:
    finish_table(folder, "customers")
    with folder._files.open_output_stream(f"{folder._path}/customers/part-c.parquet") as stream:
        stream.write(b"nonsense")

    with pytest.raises(BadOutput):
        list(folder.read_rows("customers", ["id"], size=2))


def test_the_result_is_a_json_object_or_refused(folder: RunFolder) -> None:
    write_result(folder, b'{"customers": 3}')
    assert folder.read_result() == {"customers": 3}

    for text in (b"[]", b"{", b""):
        write_result(folder, text)
        with pytest.raises(BadOutput):
            folder.read_result()


def test_a_result_that_is_not_there_is_a_store_that_is_away(folder: RunFolder) -> None:
    with pytest.raises(StoreUnavailable):
        folder.read_result()


def test_nothing_is_left_of_a_cleared_folder_and_it_may_be_cleared_twice(
    folder: RunFolder,
) -> None:
    finish_table(folder, "customers")

    folder.clear()
    folder.clear()

    assert not folder.has("customers")
