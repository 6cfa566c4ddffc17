"""The example app of examples/mobile: built by Node, and served in front of a running shop."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.processes import eventually
from tests.sandbox import free_port

APP = Path(__file__).resolve().parents[1] / "examples" / "mobile"
VITE = APP / "node_modules" / "vite" / "bin" / "vite.js"
OLDEST_NODE = (20, 19)


def need_node() -> None:
    """Skip without a Node that can build the app, or fail where nothing may be skipped."""
    reason = _lack_of_node()
    if not reason:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{reason} CI asks for it.")
    pytest.skip(reason)


def _lack_of_node() -> str:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "NO NODE: node and npm are not on PATH, so the example app was not built."
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    version = tuple(int(part) for part in told.stdout.strip().lstrip("v").split(".")[:2])
    if version < OLDEST_NODE:
        return f"OLD NODE: {told.stdout.strip()} cannot build the example app."
    return ""


def build() -> None:
    """Install exactly what the lock file names, generate the client, compile and bundle."""
    installed, lock = APP / "node_modules" / ".package-lock.json", APP / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm("ci", "--no-audit", "--no-fund")
    npm("run", "build")


def npm(*arguments: str) -> str:
    done = subprocess.run(
        ["npm", *arguments], cwd=APP, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def served(*, shop_url: str, live_url: str) -> Iterator[str]:
    """Serve what was built, the shop's API behind the same address; give that address."""
    port = free_port()
    process = subprocess.Popen(
        ["node", str(VITE), "preview", "--host", "127.0.0.1", "--port", str(port), "--strictPort"],
        cwd=APP,
        env={**os.environ, "SHOP_URL": shop_url, "LIVE_URL": live_url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(url), seconds=30)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(url, timeout=5).is_success
    return False
