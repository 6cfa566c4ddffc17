"""Rows out of CSV and JSON Lines files of any size, each with the line it starts on."""

import csv
import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from catalog.errors import InvalidImport

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

LONGEST_LINE = 4 * 1024 * 1024
GZIP_MAGIC, UTF16_MARKS, UTF8_MARK = b"\x1f\x8b", (b"\xff\xfe", b"\xfe\xff"), b"\xef\xbb\xbf"
UNDECODED = re.compile("[\udc80-\udcff]")
DAMAGED = (EOFError, OSError, zlib.error)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record as it stands in the file; `problem` says why it could not be read."""

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def guess_format(path: Path) -> str:
    """Return ``csv`` or ``jsonl`` by the file's name.

    :raises InvalidImport: if the name tells neither
    """
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    known = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
    if not suffixes or suffixes[-1] not in known:
        raise InvalidImport(f"Cannot tell the format of {path.name}: use --format csv or jsonl.")
    return known[suffixes[-1]]


def read_rows(path: Path, *, file_format: str, delimiter: str = ",") -> Iterator[Row]:
    """Yield the file's rows; a damaged end is told as the last row's problem.

    :raises InvalidImport: if the file cannot be opened or has no usable header
    """
    with _open(path) as stream:
        last = 0
        rows = _csv_rows(stream, delimiter) if file_format == "csv" else _json_rows(stream)
        try:
            for row in rows:
                last = row.line
                yield row
        except DAMAGED as error:
            yield Row(line=last + 1, problem=f"The file is damaged from here on: {error}")


def _open(path: Path) -> IO[bytes]:
    try:
        with path.open("rb") as peek:
            start = peek.read(2)
        if start in UTF16_MARKS:
            raise InvalidImport(f"{path.name} is UTF-16: save it as UTF-8.")
        return gzip.GzipFile(path) if start == GZIP_MAGIC else path.open("rb")  # type: ignore[return-value]
    except OSError as error:
        raise InvalidImport(f"{path}: {error.strerror}.") from error


def _csv_rows(stream: IO[bytes], delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_LINE)
    # Undecodable bytes become marks that are found row by row, so that the rest can be loaded.
    with TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        yield from _csv_records(csv.reader(text, delimiter=delimiter, strict=True))


def _csv_records(reader: "CsvReader") -> Iterator[Row]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise InvalidImport(f"The header cannot be read: {error}.") from error
    _check_header(header)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line=line, problem=f"Is not valid CSV: {error}.")
            continue
        if values:
            yield _csv_row(line, header, values)


def _check_header(header: list[str]) -> None:
    if not any(header):
        raise InvalidImport("The file is empty: the first line must name the columns.")
    if "" in header:
        raise InvalidImport(f"Column {header.index('') + 1} has no name.")
    if twice := {name for name in header if header.count(name) > 1}:
        raise InvalidImport(f"Columns named twice: {', '.join(sorted(twice))}.")


def _csv_row(line: int, header: list[str], values: list[str]) -> Row:
    if len(values) != len(header):
        return Row(line=line, problem=f"Has {len(values)} fields, the header {len(header)}.")
    fields = dict(zip(header, values, strict=True))
    for name, value in fields.items():
        if UNDECODED.search(value):
            return Row(line=line, fields=fields, problem=f"{name} is not UTF-8.")
    return Row(line=line, fields=fields)


def _json_rows(stream: IO[bytes]) -> Iterator[Row]:
    line = 0
    while content := stream.readline(LONGEST_LINE):
        line += 1
        if len(content) == LONGEST_LINE and not content.endswith(b"\n"):
            while (more := stream.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
            yield Row(line=line, problem=f"Is longer than {LONGEST_LINE:,} bytes.")
            continue
        if line == 1:
            content = content.removeprefix(UTF8_MARK)
        if content.strip():
            yield _json_row(line, content)


def _json_row(line: int, content: bytes) -> Row:
    try:
        fields = json.loads(content.decode())
    except UnicodeDecodeError:
        return Row(line=line, problem="Is not UTF-8.")
    except (ValueError, RecursionError) as error:
        return Row(line=line, problem=f"Is not valid JSON: {error}.")
    if not isinstance(fields, dict):
        return Row(line=line, problem="Is not a JSON object.")
    return Row(line=line, fields={sys.intern(name): value for name, value in fields.items()})
