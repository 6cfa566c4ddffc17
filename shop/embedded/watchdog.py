"""End the processes of a supervisor that was killed: run as a process of its own.

The supervisor writes a line ``+PID SIGNAL GROUP`` or ``-PID`` to our standard input for each
process it starts or has seen end; GROUP is 1 where its whole process group must go. When the
supervisor dies, however it dies, the pipe closes, and what is still listed gets its signal, and
SIGKILL if it has not ended ten seconds later.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

GRACE_SECONDS = 10


class Watchdog:
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C and a closed terminal must not reach it
        )

    def add(self, pid: int, stop_signal: int = signal.SIGTERM, *, group: bool = False) -> None:
        self._write(f"+{pid} {int(stop_signal)} {int(group)}")

    def remove(self, pid: int) -> None:
        self._write(f"-{pid}")

    def close(self) -> None:
        assert self._process.stdin is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):  # it was ended before us
            self._process.stdin.close()
        self._process.wait(timeout=GRACE_SECONDS + 5)

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


def watch() -> None:
    """Keep the list until the pipe closes, then end what is on it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor's to hear, and to end us
    watched: dict[int, tuple[int, bool]] = {}
    for line in sys.stdin:
        words = line[1:].split()
        if line.startswith("+"):
            watched[int(words[0])] = int(words[1]), words[2] == "1"
        else:
            watched.pop(int(words[0]), None)
    deadline = time.monotonic() + GRACE_SECONDS
    for pid, (stop_signal, _) in watched.items():
        _send(pid, stop_signal)
    while any(_is_alive(pid) for pid in watched) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid, (_, is_group) in watched.items():
        _send(pid, signal.SIGKILL)
        if is_group:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    watch()
