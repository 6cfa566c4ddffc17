"""Server processes that outlive the command that starts them, and are found again.

Each carries a mark in its environment. A remembered pid would do less: pids are reused, and a
command that is killed may not have written down what it started.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from shop.embedded.account import ServerAccount

MARK = "PARCELWISE_NATIVE_SERVER"
KILLED_SECONDS = 10
BURIAL_SECONDS = 3
# One heap of the C library's for each thread is what makes long-running servers fat.
LITTLE_MEMORY = {"MALLOC_ARENA_MAX": "2"}
# The shell leaves at once, so that the server is nobody's child: no zombie stays behind.
IN_BACKGROUND = '"$@" </dev/null >&2 & echo $!'


def launch(
    command: Sequence[str],
    *,
    mark: str,
    directory: Path,
    log: Path,
    account: ServerAccount,
    environment: Mapping[str, str],
) -> psutil.Process:
    """Start a server in a session of its own and return its process."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        started = subprocess.run(
            ["/bin/sh", "-c", IN_BACKGROUND, "sh", *command],
            check=True,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=directory,
            env={**os.environ, **LITTLE_MEMORY, **environment, MARK: mark},
            start_new_session=True,
            **account.popen_options,  # type: ignore[call-overload]
        )
    return psutil.Process(int(started.stdout))


def find(mark: str) -> list[psutil.Process]:
    """Return the processes that were started under this mark, their children left out."""
    found = [process for process in psutil.process_iter() if _carries(process, mark)]
    pids = {process.pid for process in found}
    return [process for process in found if _parent(process) not in pids]


def end(process: psutil.Process, *, by: signal.Signals, seconds: float) -> None:
    """End the process and its children, and return when they are gone."""
    family = [process]
    with suppress(psutil.NoSuchProcess):
        family += process.children(recursive=True)
        process.send_signal(by)
    if wait_until_gone(family, seconds=seconds):
        return
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    wait_until_gone(family, seconds=KILLED_SECONDS)


def wait_until_gone(processes: Sequence[psutil.Process], *, seconds: float) -> bool:
    """Wait; tell whether none is left."""
    deadline = time.monotonic() + seconds
    while any(is_alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    # PostgreSQL takes a dead process that init has not buried yet for a running one. Not every
    # container's init does bury.
    deadline = time.monotonic() + BURIAL_SECONDS
    while any(process.is_running() for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def is_alive(process: psutil.Process) -> bool:
    """Tell whether any of it is left; a killed Java's first thread ends before its others."""
    try:
        if not process.is_running():
            return False
        return process.status() != psutil.STATUS_ZOMBIE or bool(process.num_threads() > 1)
    except psutil.Error:
        return False


def memory(process: psutil.Process) -> int:
    """Return the resident bytes of the process and its children."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for member in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += member.memory_info().rss
    return total


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK) == mark and is_alive(process)
    except (psutil.Error, OSError):
        return False  # somebody else's, or gone meanwhile


def _parent(process: psutil.Process) -> int:
    try:
        return int(process.ppid())
    except psutil.NoSuchProcess:
        return 0
