"""Where the index lives: one directory per generation, a pointer to the live one, a lock."""

import fcntl
import logging
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)

POINTER, PREVIOUS, LOCK = "live", "previous", "write.lock"
LOCK_SECONDS = 60.0
POLL_SECONDS = 0.02


class IndexFiles:
    """Generations under one directory; `live` names the one that answers."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def live(self) -> Path:
        """Return the live generation's directory; the first call makes an empty one."""
        name = self._read(POINTER)
        if name is None:
            generation = self.new_generation()
            if not self._point_first(generation.name):
                self.remove(generation)
            name = self._read(POINTER)
        return self.root / str(name)

    def previous(self) -> Path | None:
        name = self._read(PREVIOUS)
        path = self.root / name if name else None
        return path if path is not None and path.is_dir() else None

    def new_generation(self) -> Path:
        path = self.root / f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:6]}"
        path.mkdir(parents=True)
        return path

    def promote(self, generation: Path) -> None:
        """Swap the pointer in one step; call it under the lock.

        Generations older than the one replaced go: readers that still have files of theirs open
        keep them until they let go.
        """
        replaced = self.live()
        self._point(PREVIOUS, replaced.name)
        self._point(POINTER, generation.name)
        try:
            self._remove_all_but({generation, replaced})
        except OSError:
            logger.warning("Could not remove old search indexes.", exc_info=True)

    def remove(self, generation: Path) -> None:
        """Remove this generation unless it answers or is kept for roll-back."""
        if generation not in {self.live(), self.previous()}:
            shutil.rmtree(generation, ignore_errors=True)

    def _remove_all_but(self, kept: set[Path]) -> None:
        for path in self.root.iterdir():
            if path.is_dir() and path not in kept:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only writer on this machine; the lock ends with the process that holds it."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / LOCK).open("a") as handle:
            self._wait_for(handle.fileno())
            yield

    def _wait_for(self, descriptor: int) -> None:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise StoreUnavailable("search", "another writer holds the index") from error
                time.sleep(POLL_SECONDS)
            else:
                return

    def _read(self, pointer: str) -> str | None:
        try:
            return (self.root / pointer).read_text().strip() or None
        except FileNotFoundError:
            return None

    def _point(self, pointer: str, name: str) -> None:
        self._written(pointer, name).replace(self.root / pointer)

    def _point_first(self, name: str) -> bool:
        """Set the live pointer unless another process was faster; tell which it was."""
        fresh = self._written(POINTER, name)
        try:
            (self.root / POINTER).hardlink_to(fresh)
        except FileExistsError:
            return False
        else:
            return True
        finally:
            fresh.unlink()

    def _written(self, pointer: str, name: str) -> Path:
        fresh = self.root / f".{pointer}.{uuid.uuid4().hex}"
        with fresh.open("w") as handle:
            handle.write(name)
            handle.flush()
            os.fsync(handle.fileno())
        return fresh
