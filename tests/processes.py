"""The shop's whole process tree, started as `make run` starts it, to be used and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import httpx
import redis

from deploy.native import servers
from shop.embedded.paths import EmbeddedPaths
from shop.embedded.redis import EmbeddedRedis
from shop.embedded.watchdog import Watchdog
from tests import real_servers
from tests.sandbox import free_port

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 240  # a dozen processes, perhaps on a machine with more to do
EFFECT_SECONDS = 10
T = TypeVar("T")


def eventually(probe: Callable[[], T], *, seconds: float = EFFECT_SECONDS) -> T:
    """Return the first true value of `probe`; fail with its last one when none comes in time."""
    deadline = time.monotonic() + seconds
    value = probe()
    while not value:
        if time.monotonic() > deadline:
            raise AssertionError(f"it stayed {value!r} for {seconds} s")
        time.sleep(0.05)
        value = probe()
    return value


class TreeRedis:
    """The Redis of a tree: one of its own, or the real one that all share."""

    def __init__(self, var: Path) -> None:
        self._own = (
            None
            if real_servers.REQUIRED
            else EmbeddedRedis(EmbeddedPaths(var / "redis-server"), durable=False)
        )

    @property
    def url(self) -> str:
        if self._own is None:
            return os.environ["REDIS_URL"]
        return f"unix://{self._own.paths.redis_socket}"

    def start(self, watchdog: Watchdog) -> None:
        if self._own is not None:
            watchdog.add(self._own.start())

    def stop(self) -> None:
        if self._own is not None:
            self._own.stop()

    def lose(self, watchdog: Watchdog) -> None:
        """Kill it and start it again with nothing in it."""
        if self._own is None:
            with redis.Redis.from_url(self.url) as client:
                client.flushall()
            servers.kill("redis")
            servers.start("redis")
            return
        assert self._own.process is not None
        self._own.process.kill()
        self._own.process.wait()
        watchdog.add(self._own.start())


class ShopProcesses:
    """The tree on the test's own database, with a Redis and a bank of its own."""

    def __init__(self, *, var: Path, database_url: str, **environment: str) -> None:
        self.var = var
        self.port = _three_free_ports()
        self.redis = TreeRedis(var)
        self._environment = {
            **os.environ,
            "VAR_DIR": str(var),
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis.url,
            "PORT": str(self.port),
            "SANDBOX_URL": f"http://127.0.0.1:{self.port + 1}",
            "SHOP_URL": f"http://127.0.0.1:{self.port}",
            "DATABASE_POOL_SIZE": "12",
            **environment,
        }
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._watchdog = Watchdog()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=20)
        self.bank = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port + 1}",
            headers={"Authorization": "Bearer only-for-development"},
            timeout=10,
        )

    @property
    def log(self) -> str:
        return (self.var / "tree.log").read_text(errors="replace")

    def start(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        self.redis.start(self._watchdog)
        with (self.var / "tree.log").open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "shop.run", "--no-demo"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._watchdog.add(self._supervisor.pid)
        try:
            eventually(self._is_ready, seconds=START_SECONDS)
        except AssertionError:
            self.stop()
            raise AssertionError(self.log[-4000:]) from None

    def stop(self) -> None:
        if self._supervisor is not None:
            self._supervisor.send_signal(signal.SIGTERM)
            self._supervisor.wait(timeout=40)
        self.redis.stop()
        self._watchdog.close()
        self.http.close()
        self.bank.close()

    def kill(self, name: str) -> None:
        """Kill -9 a process with all its children; the supervisor starts it again."""
        pid = int((self.var / "run" / f"{name}.pid").read_text())
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return self.http.get("/livez").is_success
        return False

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the processes and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def lose_redis(self) -> None:
        """Kill Redis and start it again with nothing in it."""
        self.redis.lose(self._watchdog)

    def act(self, session_ref: str, action: str, **terms: object) -> None:
        """Do something at the bank's page, such as `pay` or `decline`."""
        answer = self.bank.post(
            f"/api/sessions/{session_ref}/act", json={"action": action, **terms}
        )
        assert answer.status_code == 200, answer.text

    def was_told_all(self, session_ref: str) -> bool:
        """Tell whether no message of the bank about this payment is waiting to be sent."""
        log = self.bank.get(f"/api/sessions/{session_ref}/deliveries").json()["deliveries"]
        return all(row["state"] != "waiting" for row in log)

    def _is_ready(self) -> bool:
        assert self._supervisor is not None
        if self._supervisor.poll() is not None:
            raise AssertionError("the supervisor ended")
        return "Shop ready" in self.log


def _three_free_ports() -> int:
    while True:
        port = free_port()
        with suppress(OSError, OverflowError):
            _probe(port + 1)
            _probe(port + 2)
            return port


def _probe(port: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
