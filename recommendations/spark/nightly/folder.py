"""The folder of a run, wherever Hadoop's file systems reach: `file://`, `hdfs://`, `s3a://`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from pyspark.sql import DataFrame, SparkSession

from recommendations.spark.linear import Weights

WORK = "work"  # what only a run that died leaves behind


class RunFolder:
    """Files and tables by name; each is there whole or not at all.

    Java's file systems, not pyarrow's: where Spark can write, so can this, with the same settings.
    """

    def __init__(self, spark: SparkSession, url: str) -> None:
        self._spark = spark
        self._url = hadoop_url(url)
        self._jvm: Any = spark.sparkContext._jvm  # noqa: SLF001 - PySpark has no public way
        configuration = spark.sparkContext._jsc.hadoopConfiguration()  # noqa: SLF001
        self._files = self._path("").getFileSystem(configuration)
        self._files.setWriteChecksum(False)

    def url(self, name: str) -> str:
        return f"{self._url}/{name}" if name else self._url

    def has(self, name: str) -> bool:
        return bool(self._files.exists(self._path(name)))

    def remove(self, name: str) -> None:
        self._files.delete(self._path(name), True)  # noqa: FBT003 - Java knows no keywords

    def table(self, name: str) -> DataFrame | None:
        """Return a table that was written to its end."""
        return self._spark.read.parquet(self.url(name)) if self.has(f"{name}/_SUCCESS") else None

    def write_table(self, name: str, rows: DataFrame) -> DataFrame:
        """Write a table and return it as it was written."""
        rows.write.mode("overwrite").parquet(self.url(name))
        return self._spark.read.parquet(self.url(name))

    def read_json(self, name: str) -> Any:
        with TemporaryDirectory() as here:
            return json.loads(self._fetch(name, Path(here)).read_text(encoding="utf-8"))

    def write_json(self, name: str, value: object) -> None:
        with TemporaryDirectory() as here:
            path = Path(here) / "value"
            path.write_text(json.dumps(value), encoding="utf-8")
            self._put(path, name)

    def read_arrays(self, name: str) -> dict[str, Weights]:
        with TemporaryDirectory() as here, np.load(self._fetch(name, Path(here))) as kept:
            return {key: kept[key] for key in kept.files}

    def write_arrays(self, name: str, arrays: Mapping[str, Weights]) -> None:
        with TemporaryDirectory() as here:
            path = Path(here) / "arrays.npz"
            np.savez(path, **arrays)  # type: ignore[arg-type]
            self._put(path, name)

    def _fetch(self, name: str, here: Path) -> Path:
        path = here / "fetched"
        self._files.copyToLocalFile(False, self._path(name), self._local(path), True)  # noqa: FBT003
        return path

    def _put(self, path: Path, name: str) -> None:
        unfinished = f"{name}.unfinished"
        self._files.copyFromLocalFile(False, True, self._local(path), self._path(unfinished))  # noqa: FBT003
        self.remove(name)
        self._files.rename(self._path(unfinished), self._path(name))

    def _path(self, name: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(self.url(name))

    def _local(self, path: Path) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(f"file://{path}")


class KeptInFolder:
    """Checkpoints in the folder of a run, each training's under a name of its own."""

    def __init__(self, folder: RunFolder, training: str) -> None:
        self._folder = folder
        self._training = training
        self.made = 0

    def arrays(self, name: str, make: Callable[[], Mapping[str, Weights]]) -> dict[str, Weights]:
        """Return the arrays kept under the name, made now if there are none."""
        file = self._name(f"{name}.npz")
        if self._folder.has(file):
            return self._folder.read_arrays(file)
        arrays = dict(make())
        self._folder.write_arrays(file, arrays)
        self.made += 1
        return arrays

    def table(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """Return the table kept under the name, made now if there is none."""
        kept = self._folder.table(self._name(name))
        if kept is not None:
            return kept
        self.made += 1
        return self._folder.write_table(self._name(name), make())

    def _name(self, name: str) -> str:
        return f"{WORK}/{self._training}/{name}"


def hadoop_url(url: str) -> str:
    """Return the URL as Hadoop writes it: its client for S3 has a scheme of its own."""
    url = url.rstrip("/")
    return f"s3a://{url.removeprefix('s3://')}" if url.startswith("s3://") else url
