"""The sandbox bank as a real process, and a shop's end that catches its webhooks."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx

from shop.embedded.watchdog import Watchdog

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a secret between bank and shop"  # noqa: S105
T = TypeVar("T")
Opener = Callable[..., dict[str, Any]]


def poll_until(probe: Callable[[], T], *, seconds: float = 10) -> T:
    """Return the first true value of `probe`, or fail when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := probe():
            return value
        time.sleep(0.02)
    raise AssertionError(f"nothing came in {seconds} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SandboxBank:
    """Starts, kills and restarts the bank on one port with one set of books."""

    def __init__(self, *, data: Path, shop_url: str, secret: str = SECRET) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secret = secret
        self._command = [
            *[sys.executable, "-m", "payments.sandbox_site", "--port", str(self.port)],
            *["--shop-url", shop_url, "--secret", secret, "--data", str(data)],
            *["--retry-seconds", "0.05", "--log-level", "WARNING"],
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = Watchdog()
        self.http = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {secret}"}, timeout=10
        )

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT)
        self._watchdog.add(self._process.pid)
        poll_until(self._answers)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask the process to end and return its exit code."""
        return self._end(signal.SIGTERM)

    def close(self) -> None:
        if self._process is not None:
            self.stop()
        self._watchdog.close()
        self.http.close()

    def act(self, ref: str, action: str, **options: Any) -> httpx.Response:
        """Do something on the payment page of a session."""
        return self.http.post(f"/api/sessions/{ref}/act", json={"action": action, **options})

    def behave(self, topic: str, mode: str, **options: Any) -> None:
        """Order the bank to misbehave."""
        answer = self.http.post("/api/behaviors", json={"topic": topic, "mode": mode, **options})
        assert answer.status_code == 200, answer.text

    def books(self) -> dict[str, list[dict[str, Any]]]:
        content: dict[str, list[dict[str, Any]]] = self.http.get("/api/books").json()
        return content

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the bank ended at once"
        with suppress(httpx.TransportError):
            return self.http.get("/livez").is_success
        return False

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(timeout=15)
        self._watchdog.remove(self._process.pid)
        self._process = None
        return code


@dataclass(frozen=True)
class Caught:
    """One webhook as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class WebhookCatcher:
    """A tiny shop: keeps every webhook and answers with the next of `answers`, then 200."""

    def __init__(self) -> None:
        self.caught: list[Caught] = []
        self.answers: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait_for(self, count: int) -> list[Caught]:
        """Return the webhooks once there are that many."""
        poll_until(lambda: len(self.caught) >= count)
        return list(self.caught)

    def _handler(catcher) -> type[BaseHTTPRequestHandler]:  # noqa: N805 (self is the request's)
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # the sender was killed in the middle: nothing was said
                status = catcher.answers.pop(0) if catcher.answers else 200
                catcher.caught.append(Caught(self.path, dict(self.headers.items()), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler
