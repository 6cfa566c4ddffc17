"""Have the embedded servers up while something needs them, and only then."""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from dotenv import load_dotenv

from shop.embedded.errors import CannotStart
from shop.embedded.paths import EmbeddedPaths
from shop.embedded.postgres import EmbeddedPostgres
from shop.embedded.redis import EmbeddedRedis
from shop.embedded.watchdog import Watchdog

ROOT = Path(__file__).resolve().parents[2]
LEAST_FREE_BYTES = 300 * 1024 * 1024
WITHOUT_SERVERS = {"help", "--help", "-h", "--version", "version", "startapp", "makemessages"}


def default_var_dir() -> Path:
    return Path(os.environ.get("VAR_DIR") or ROOT / "var")


@contextmanager
def embedded_servers(
    paths: EmbeddedPaths, *, postgres: bool, redis: bool, durable: bool = True
) -> Iterator[Watchdog]:
    """Run the servers asked for until the block ends; they end with us even after kill -9.

    :raises CannotStart: if another process of this checkout runs them, the disk is full, or
        a server does not start
    """
    with ExitStack() as stack:
        stack.enter_context(_exclusive(paths))
        stack.callback(shutil.rmtree, paths.sockets, ignore_errors=True)
        check_disk(paths.var)
        watchdog = Watchdog()
        stack.callback(watchdog.close)
        servers: list[EmbeddedPostgres | EmbeddedRedis] = []
        if postgres:
            servers.append(EmbeddedPostgres(paths, durable=durable))
        if redis:
            servers.append(EmbeddedRedis(paths, durable=durable))
        for server in servers:
            stack.callback(server.stop)
            pid = server.start()
            watchdog.add(pid, getattr(server, "stop_signal", 15))
        yield watchdog


def check_disk(var: Path) -> None:
    var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(var).free
    if free < LEAST_FREE_BYTES:
        raise CannotStart(
            f"The disk that holds {var} has {free // 2**20} MB left; the shop needs at least "
            f"{LEAST_FREE_BYTES // 2**20} MB. Free some space or set VAR_DIR to another disk."
        )


@contextmanager
def _exclusive(paths: EmbeddedPaths) -> Iterator[None]:
    paths.var.mkdir(parents=True, exist_ok=True)
    with paths.lock.open("a+") as lock:
        if not _try_lock(lock):
            lock.seek(0)
            raise CannotStart(
                f"The shop's servers already run for this folder ({lock.read().strip()}). "
                "Stop that first, or set VAR_DIR to run a second shop."
            )
        lock.truncate(0)
        lock.write(f"process {os.getpid()}: {Path(sys.argv[0]).name}")
        lock.flush()
        yield


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def servers_are_running(paths: EmbeddedPaths) -> bool:
    """Tell whether a process of this checkout holds the servers right now."""
    if not paths.lock.exists():
        return False
    with paths.lock.open("a+") as lock:
        return not _try_lock(lock)


@contextmanager
def command_servers(argv: Sequence[str]) -> Iterator[None]:
    """Give one management command its servers: those that run already, or its own."""
    load_dotenv(ROOT / ".env")
    command = argv[1] if len(argv) > 1 else "help"
    postgres = not os.environ.get("DATABASE_URL")
    redis = not os.environ.get("REDIS_URL")
    paths = EmbeddedPaths(default_var_dir())
    if command in WITHOUT_SERVERS or not (postgres or redis) or servers_are_running(paths):
        yield
        return
    try:
        with embedded_servers(paths, postgres=postgres, redis=redis):
            yield
    except CannotStart as error:
        sys.exit(f"Cannot start: {error}")
