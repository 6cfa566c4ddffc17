"""`make run`: the embedded servers, the data and every process of the shop, until Ctrl-C."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dotenv import load_dotenv

from shop.embedded.errors import CannotStart
from shop.embedded.paths import EmbeddedPaths
from shop.embedded.processes import ProcessGroup, ProcessSpec
from shop.embedded.session import ROOT, default_var_dir, embedded_servers
from shop.embedded.watchdog import Watchdog

READY_SECONDS = 90
DEFAULT_PORT = 8000
LAST_PORT = 65533  # the sandbox bank and the live process take the next two
USES = ("the shop", "the sandbox bank", "live order tracking")


def main() -> int:
    """Run the shop and return the exit code."""
    load_dotenv(ROOT / ".env")
    options = _options()
    with_demo = _is_demo() and not options.no_demo
    if not options.no_static:
        os.environ.setdefault("STATIC_MANIFEST", "true")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        port = _port()
        _check_ports(port)
        paths = EmbeddedPaths(default_var_dir())
        servers = embedded_servers(
            paths,
            postgres=not os.environ.get("DATABASE_URL"),
            redis=not os.environ.get("REDIS_URL"),
            durable=not options.fast,
        )
        with servers as watchdog:
            _remember_port(port, paths)
            _prepare(with_demo=with_demo, with_static=not options.no_static)
            with _processes(port, paths, watchdog) as group:
                sys.stdout.write("Starting the shop's processes…\n")
                _wait_until_ready(port, group, stop)
                _announce(port, with_demo=with_demo)
                while not stop.wait(0.5):
                    group.tend()
                sys.stdout.write("Stopping the shop…\n")
    except CannotStart as error:
        sys.stderr.write(f"Cannot start: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shop.run", description=__doc__)
    parser.add_argument("--no-demo", action="store_true", help="do not load the demo data")
    parser.add_argument("--no-static", action="store_true", help="static files as they lie")
    parser.add_argument("--fast", action="store_true", help="for tests: no fsync")
    return parser.parse_args()


def _remember_port(port: int, paths: EmbeddedPaths) -> None:
    """Let single commands know where this folder's shop and its bank are."""
    (paths.var / "port").write_text(str(port))


def _is_demo() -> bool:
    """Tell what the settings will: the demo's log-ins are public, so nothing else may decide."""
    return (os.environ.get("DEMO") or "true").strip().lower() in {
        "1",
        "true",
        "t",
        "yes",
        "y",
        "on",
    }


def _port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 1 <= int(text) <= LAST_PORT:
        raise CannotStart(f"PORT={text!r} is not a port number from 1 to {LAST_PORT}.")
    return int(text)


def _check_ports(port: int) -> None:
    """Refuse early: the shop takes `port`, bank and live tracking the two after it."""
    for number, use in zip(range(port, port + 3), USES, strict=True):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError as error:
                raise CannotStart(
                    f"Port {number}, for {use}, is taken ({error.strerror}). "
                    f"Choose others: PORT={port + 100} make run"
                ) from error


def _prepare(*, with_demo: bool, with_static: bool) -> None:
    steps = [("Preparing the database…", ["prepare_shop"])]
    if not with_static:
        steps[0][1].append("--no-static")
    if with_demo:
        steps.append(
            ("Looking after the demo data (about a minute the first time)…", ["load_demo"])
        )
    for text, command in steps:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
        done = subprocess.run([sys.executable, "manage.py", *command], check=False, cwd=ROOT)
        if done.returncode != 0:
            raise CannotStart(f"`manage.py {command[0]}` failed; see above.")


@contextmanager
def _processes(port: int, paths: EmbeddedPaths, watchdog: Watchdog) -> Iterator[ProcessGroup]:
    group = ProcessGroup(
        specs=process_specs(port, paths.var),
        environment={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "SANDBOX_SECRET": os.environ.get("SANDBOX_SECRET", "only-for-development"),
            # Celery warns at length about root; here it is a person trying the shop out.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        },
        watchdog=watchdog,
        pid_dir=paths.var / "run",
        cwd=ROOT,
    )
    group.start()
    try:
        yield group
    finally:
        group.stop()


def process_specs(port: int, var: Path) -> Sequence[ProcessSpec]:
    """Return the shop's processes; docs/architecture.md says what each is for."""
    python = sys.executable
    celery = [python, "-m", "celery", "-q", "-A", "shop", "worker", "--loglevel", "WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    workers = os.environ.get("WEB_WORKERS", "2")
    web = [
        *(python, "-m", "granian", "--interface", "wsgi", "shop.wsgi:application"),
        *("--host", os.environ.get("HOST", "127.0.0.1"), "--port", str(port)),
        *("--workers", workers, "--blocking-threads", "8", "--backlog", "2048"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "8", "--log-level", "error"),
        *("--static-path-route", "/media", "--static-path-mount", str(var / "media")),
    ]
    (var / "media").mkdir(parents=True, exist_ok=True)
    queues = "archive,notifications,default"
    worker = [*celery, "-n", "worker@%h", "-Q", queues, "-P", "threads", "-c", "4", *quiet]
    # Of its own, so that no slow mail server or archive holds up money and time-outs.
    payments = [*celery, "-n", "payments@%h", "-Q", "payments", "-P", "threads", "-c", "4", *quiet]
    search = [*celery, "-n", "search@%h", "-Q", "search-index", "-P", "solo", *quiet]
    # A run takes as long as it takes, and nothing else waits behind it.
    nightly = [*celery, "-n", "nightly@%h", "-Q", "recommendations", "-P", "solo", *quiet]
    schedule = str(var / "celerybeat-schedule")
    beat = [python, "-m", "celery", "-q", "-A", "shop", "beat", "-s", schedule, "-l", "WARNING"]
    sandbox = [
        *(python, "-m", "payments.sandbox_site", "--port", str(port + 1)),
        *("--shop-url", f"http://127.0.0.1:{port}", "--data", str(var / "sandbox")),
    ]
    live = [
        # Not granian: it sends no close while it waits for the other side, which may say nothing.
        *(python, "-m", "uvicorn", "shop.asgi:application", "--lifespan", "off"),
        *("--host", os.environ.get("HOST", "127.0.0.1"), "--port", str(port + 2)),
        *("--ws", "websockets-sansio", "--ws-max-size", "4096"),
        *("--timeout-graceful-shutdown", "5", "--no-server-header", "--log-level", "warning"),
    ]
    return [
        ProcessSpec("web", web),
        ProcessSpec("live", live),
        ProcessSpec("worker", worker),
        ProcessSpec("payments", payments),
        ProcessSpec("search", search),
        ProcessSpec("nightly", [*nightly, "--prefetch-multiplier", "1"]),
        ProcessSpec("beat", [*beat, "--pidfile", ""]),
        ProcessSpec("timers", [python, "manage.py", "run_timers"]),
        ProcessSpec("sandbox", sandbox),
    ]


def _wait_until_ready(port: int, group: ProcessGroup, stop: threading.Event) -> None:
    deadline = time.monotonic() + READY_SECONDS
    urls = [f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{port + 2}/livez"]
    while not all(map(_answers, urls)):
        if stop.is_set():
            raise KeyboardInterrupt
        if time.monotonic() > deadline:
            raise CannotStart(f"The shop did not answer within {READY_SECONDS} s; see above.")
        group.tend()
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _announce(port: int, *, with_demo: bool) -> None:
    url = os.environ.get("SHOP_URL") or f"http://localhost:{port}"
    if with_demo:
        subprocess.run([sys.executable, "manage.py", "demo_logins"], check=False, cwd=ROOT)
    sys.stdout.write(f"Shop ready: {url}\nCtrl-C stops it.\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
