"""The event lake: Parquet files under `kind=…/day=…/`, on a local disk, HDFS or an object store.

Files are never changed. One appears under its name when it is whole; an event may be in two files
of its partition (a collector died between writing and acknowledging), so readers drop doubles.
"""

import io
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from pyarrow import fs

from recommendations.hdfs import SCHEME, open_hdfs
from recommendations.interactions import NUMBERS, TEXTS, VERSION, Interaction
from shop.core.errors import StoreUnavailable

LOCAL = "file://"
READ_ATTEMPTS = 10
# The second is how the HDFS client tells what has no error of Python's own.
FAILURES = (OSError, RuntimeError)

_LINE = pa.struct(
    [
        ("sku", pa.string()),
        ("quantity", pa.int64()),
        ("unit_price_minor", pa.int64()),
        ("product_id", pa.int64()),
    ]
)
SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        *[(name, pa.string()) for name in TEXTS],
        *[(name, pa.int64()) for name in NUMBERS],
        ("lines", pa.list_(_LINE)),
        ("extra", pa.string()),
    ],
    metadata={"schema_version": str(VERSION)},
)


@dataclass(frozen=True, order=True)
class Partition:
    """The events of one kind that happened on one day."""

    kind: str
    day: date

    @property
    def path(self) -> str:
        return f"kind={self.kind}/day={self.day.isoformat()}"


class EventLake:
    """The lake at a URL that pyarrow understands: `file://`, `hdfs://`, `s3://`, …"""

    def __init__(self, url: str) -> None:
        if url.startswith(LOCAL):  # pyarrow wants this as a URL proper, %20 and all
            self._files, self._root = fs.LocalFileSystem(), url.removeprefix(LOCAL)
        elif url.startswith(SCHEME):
            self._files, self._root = open_hdfs(url)
        else:
            self._files, self._root = fs.FileSystem.from_uri(url)
        self._is_local = url.startswith(LOCAL)

    def write(self, partition: Partition, interactions: Sequence[Interaction]) -> str:
        """Add a file and return its path; when this returns, the file is durable.

        :raises StoreUnavailable: when it could not be written
        """
        rows = [_row(interaction) for interaction in interactions]
        return self.write_table(partition, pa.Table.from_pylist(rows, schema=SCHEMA))

    def write_table(self, partition: Partition, table: pa.Table) -> str:
        """Add a table as a file; raises as `write`."""
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd")
        folder = f"{self._root}/{partition.path}"
        name = f"{uuid.uuid4().hex}.parquet"
        try:
            self._files.create_dir(folder, recursive=True)
            # Readers, Spark's too, skip names that begin with an underscore.
            hidden = f"{folder}/_{name}"
            with self._files.open_output_stream(hidden) as stream:
                stream.write(buffer.getvalue())
            if self._is_local:
                _sync(hidden)
            self._files.move(hidden, f"{folder}/{name}")
            if self._is_local:
                for made in (folder, str(Path(folder).parent), self._root):
                    _sync(made)
        except FAILURES as error:
            raise StoreUnavailable("The event lake", str(error)) from error
        return f"{folder}/{name}"

    def read(self, partition: Partition, *, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the partition's events, each once.

        :raises StoreUnavailable: when it could not be read
        """
        wanted = (
            SCHEMA.names if columns is None else list({"event_id": None, **dict.fromkeys(columns)})
        )
        try:
            tables = self._read_files(partition, wanted)
        except (*FAILURES, pa.ArrowInvalid) as error:
            raise StoreUnavailable("The event lake", str(error)) from error
        schema = pa.schema([SCHEMA.field(name) for name in wanted])
        return _without_doubles(pa.concat_tables([schema.empty_table(), *tables]))

    def files(self, partition: Partition) -> list[str]:
        """Return the paths of the partition's files, in a stable order."""
        folder = f"{self._root}/{partition.path}"
        return sorted(
            info.path
            for info in self._list(folder)
            if info.is_file and info.base_name.endswith(".parquet") and info.base_name[0] != "_"
        )

    def partitions(self, *, since: date | None = None) -> Iterator[Partition]:
        """Yield the partitions there are, of that day and later."""
        for kind in self._list(self._root):
            for day in self._list(kind.path):
                partition = Partition(
                    kind.base_name.removeprefix("kind="),
                    date.fromisoformat(day.base_name.removeprefix("day=")),
                )
                if since is None or partition.day >= since:
                    yield partition

    def compact(self, partition: Partition, *, without: pa.Array | None = None) -> int:
        """Make one file of many and return how many there were.

        Events of the customers `without` are left out. Killed in between, it leaves events in
        two files, which readers count once; to leave some out for good, it must be called again.
        """
        old = self.files(partition)
        table = self.read(partition).sort_by("occurred_at")
        if without is not None:
            unwanted = pc.fill_null(pc.is_in(table["customer_id"], without), fill_value=False)
            table = table.filter(pc.invert(unwanted))
        self.write_table(partition, table)
        for path in old:
            self._files.delete_file(path)
        return len(old)

    def drop(self, partition: Partition) -> None:
        """Delete a partition for good."""
        self._files.delete_dir(f"{self._root}/{partition.path}")

    def _read_files(self, partition: Partition, columns: Sequence[str]) -> Iterable[pa.Table]:
        """Read until no file is left unread: compaction may swap them under our hands."""
        read: dict[str, pa.Table] = {}
        for _ in range(READ_ATTEMPTS):
            unread = [path for path in self.files(partition) if path not in read]
            if not unread:
                return read.values()
            for path in unread:
                with suppress(FileNotFoundError):
                    read[path] = self._read_file(path, columns)
        raise StoreUnavailable("The event lake", f"{partition.path} does not hold still")

    def _read_file(self, path: str, columns: Sequence[str]) -> pa.Table:
        # A file of an older version of the shop may lack a column.
        with self._files.open_input_file(path) as source:
            file = pq.ParquetFile(source)
            table = file.read(
                columns=[name for name in columns if name in file.schema_arrow.names]
            )
        for name in columns:
            if name not in table.column_names:
                nothing = pa.nulls(table.num_rows, SCHEMA.field(name).type)
                table = table.append_column(SCHEMA.field(name), nothing)
        return table.select(list(columns))

    def _list(self, folder: str) -> list[fs.FileInfo]:
        selector = fs.FileSelector(folder, allow_not_found=True)
        try:
            infos: list[fs.FileInfo] = self._files.get_file_info(selector)
        except FAILURES as error:
            raise StoreUnavailable("The event lake", str(error)) from error
        return sorted(infos, key=lambda info: str(info.path))


def event_lake() -> EventLake:
    """Return the lake at `settings.EVENT_LAKE_URL`."""
    return _lake_at(settings.EVENT_LAKE_URL)


@lru_cache(maxsize=4)
def _lake_at(url: str) -> EventLake:
    return EventLake(url)


def _row(interaction: Interaction) -> dict[str, object]:
    lines = interaction.lines
    return {
        "event_id": interaction.event_id,
        "occurred_at": interaction.occurred_at,
        **interaction.values,
        "lines": None if lines is None else [asdict(line) for line in lines],
        "extra": interaction.extra,
    }


def _without_doubles(table: pa.Table) -> pa.Table:
    """Keep the first row of each event id."""
    numbered = table.append_column("_row", pa.array(range(table.num_rows), pa.int64()))
    first = numbered.group_by("event_id").aggregate([("_row", "min")])["_row_min"]
    return table.take(first)


def _sync(path: str) -> None:
    """Have the file or folder on disk before going on."""
    handle = os.open(Path(path), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
