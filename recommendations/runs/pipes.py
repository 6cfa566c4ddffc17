"""What a process writes, read as it comes, and no more of it kept than is needed."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

LONGEST_LINE = 65_536
MOST_LINES = 1000
LOG_BYTES = 16_384

Told = dict[str, Any]


class Lines:
    """The JSON objects on a pipe, one a line; other lines are passed over."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._queue: SimpleQueue[Told] = SimpleQueue()
        self._thread = _reading(pipe, self._read)

    def take(self, *, seconds: float) -> Iterator[Told]:
        """Yield what has come; wait that long for the first one."""
        with suppress(Empty):
            yield self._queue.get(timeout=seconds) if seconds else self._queue.get_nowait()
            while True:
                yield self._queue.get_nowait()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _read(self, pipe: IO[bytes]) -> None:
        count = 0
        for line in iter(partial(pipe.readline, LONGEST_LINE), b""):
            told = _told_in(line)
            if told is not None and count < MOST_LINES:
                count += 1
                self._queue.put(told)


class Log:
    """The end of what is written to a pipe."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._tail = b""
        self._thread = _reading(pipe, self._read)

    def text(self) -> str:
        # PostgreSQL's texts hold no NUL.
        return self._tail.decode(errors="replace").replace("\0", "")

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _read(self, pipe: IO[bytes]) -> None:
        for chunk in iter(partial(_read_some, pipe), b""):
            self._tail = (self._tail + chunk)[-LOG_BYTES:]


def _reading(pipe: IO[bytes] | None, read: Callable[[IO[bytes]], None]) -> Thread:
    def read_and_close(pipe: IO[bytes]) -> None:
        with pipe:
            read(pipe)

    assert pipe is not None  # noqa: S101
    thread = Thread(target=read_and_close, args=(pipe,), daemon=True)
    thread.start()
    return thread


def _read_some(pipe: IO[bytes]) -> bytes:
    """Return what is there, at least a byte; nothing at the end."""
    return pipe.read1(4096)  # type: ignore[attr-defined,no-any-return]


def _told_in(line: bytes) -> Told | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
