"""What others read: `servers.json` for the tests, `servers.env` for a shell."""

import fcntl
import json
import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from deploy.native.places import Places

VARIABLES = {
    "postgres": "DATABASE_URL",
    "redis": "REDIS_URL",
    "mongodb": "MONGODB_URL",
    "elasticsearch": "ELASTICSEARCH_URL",
    "cassandra": "CASSANDRA_URL",
    "spark-master": "SPARK_MASTER",
}
Entries = dict[str, dict[str, Any]]
_writing = threading.Lock()


def read(places: Places) -> Entries:
    try:
        entries: Entries = json.loads((places.home / "servers.json").read_text())
    except FileNotFoundError:
        return {}
    return entries


def add(places: Places, name: str, url: str, pid: int) -> None:
    with _writing:
        _write(places, {**read(places), name: {"url": url, "pid": pid}})


def remove(places: Places, name: str) -> None:
    with _writing:
        entries = read(places)
        if entries.pop(name, None):
            _write(places, entries)


@contextmanager
def exclusive(places: Places) -> Iterator[None]:
    """Wait until no other command starts or stops servers of this checkout."""
    places.home.mkdir(parents=True, exist_ok=True)
    with (places.home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget_environment(places: Places) -> None:
    """Remove `servers.env`: all servers are down for good, not one for a while."""
    (places.home / "servers.env").unlink(missing_ok=True)


def _write(places: Places, entries: Entries) -> None:
    _replace(places.home / "servers.json", json.dumps(entries, indent=1) + "\n")
    # One that is stopped keeps its line: without it a shop would quietly use the embedded store.
    lines = _known_lines(places) | {
        variable: f"{variable}={shlex.quote(entries[name]['url'])}\n"
        for name, variable in VARIABLES.items()
        if name in entries
    }
    _replace(places.home / "servers.env", "".join(lines.values()))


def _known_lines(places: Places) -> dict[str, str]:
    with suppress(FileNotFoundError):
        lines = (places.home / "servers.env").read_text().splitlines(keepends=True)
        return {line.partition("=")[0]: line for line in lines}
    return {}


def _replace(path: Path, text: str) -> None:
    """Write in one step: a reader sees the old text or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)
