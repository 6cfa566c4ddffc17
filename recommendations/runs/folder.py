"""The folder in which a run works: on a local disk, HDFS or an object store."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from django.conf import settings
from pyarrow import fs

from recommendations.hdfs import SCHEME as HDFS
from recommendations.hdfs import open_hdfs
from recommendations.runs.errors import BadOutput
from shop.core.errors import StoreUnavailable

LOCAL = "file://"
RESULT = "result.json"
LARGEST_RESULT = 1_000_000


class RunFolder:
    """The files of one run; `url` is what Spark is told."""

    def __init__(self, run_id: int) -> None:
        self.url = f"{settings.RECOMMENDATIONS_URL.rstrip('/')}/run={run_id}"
        with _translated():
            self._files, self._path = _filesystem_at(self.url)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file.

        :raises StoreUnavailable: when the folder cannot be reached, as all others do
        """
        with _translated():
            info = self._files.get_file_info(f"{self._path}/{name}")
        return bool(info.type != fs.FileType.NotFound)

    def clear(self) -> None:
        """Delete the folder with all that is in it: it holds what customers did."""
        with _translated():
            if self._files.get_file_info(self._path).type != fs.FileType.NotFound:
                self._files.delete_dir(self._path)

    def write_table(self, name: str, schema: pa.Schema, parts: Iterable[pa.RecordBatch]) -> None:
        """Write a Parquet file; it appears under its name when it is whole."""
        with _translated():
            self._files.create_dir(self._path, recursive=True)
            hidden = f"{self._path}/_{name}"
            with (
                self._files.open_output_stream(hidden) as stream,
                pq.ParquetWriter(stream, schema, compression="zstd") as writer,
            ):
                for part in parts:
                    writer.write_batch(part)
            self._files.move(hidden, f"{self._path}/{name}")

    def read_result(self) -> dict[str, Any]:
        """Return what the job says of itself.

        :raises BadOutput: when it is no JSON object
        """
        with _translated(), self._files.open_input_stream(f"{self._path}/{RESULT}") as stream:
            text = stream.read(LARGEST_RESULT)
        try:
            result = json.loads(text)
        except ValueError as error:
            raise BadOutput(f"{RESULT} is no JSON: {error}") from error
        if not isinstance(result, dict):
            raise BadOutput(f"{RESULT} is no JSON object.")
        return result

    def read_rows(
        self, name: str, columns: Sequence[str], *, size: int
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a table that Spark wrote, so many at a time.

        :raises BadOutput: when the table is unfinished or lacks a column
        """
        if not self.has(f"{name}/_SUCCESS"):
            raise BadOutput(f"{name} is unfinished.")
        with _translated():
            table = ds.dataset(f"{self._path}/{name}", filesystem=self._files, format="parquet")
            if missing := set(columns) - set(table.schema.names):
                raise BadOutput(f"{name} has no {', '.join(sorted(missing))}.")
            # Little is read ahead: a run's lists may be larger than the memory.
            batches = table.to_batches(
                columns=list(columns), batch_size=size, batch_readahead=1, fragment_readahead=1
            )
            for batch in batches:
                yield batch.to_pylist()


def _filesystem_at(url: str) -> tuple[fs.FileSystem, str]:
    if url.startswith(LOCAL):  # pyarrow wants this as a URL proper, %20 and all
        return fs.LocalFileSystem(), url.removeprefix(LOCAL)
    if url.startswith(HDFS):
        return open_hdfs(url)
    # Spark's name for what pyarrow calls s3.
    found: tuple[fs.FileSystem, str] = fs.FileSystem.from_uri(url.replace("s3a://", "s3://", 1))
    return found


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable("The folder of the nightly job", str(error)) from error
    except pa.ArrowInvalid as error:
        raise BadOutput(f"A file of the run cannot be read: {error}") from error
