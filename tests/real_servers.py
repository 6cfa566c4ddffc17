"""The real servers that `make servers` starts, for the tests that need one.

A test that cannot find its server is skipped and says so; with REAL_SERVERS=1, as in
`make test-servers` and in CI, it fails instead.
"""

import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / "var" / "native" / "servers.json"
REQUIRED = os.environ.get("REAL_SERVERS") == "1"


def server_url(name: str) -> str:
    """Return where `name` is: postgres, redis, mongodb, mongodb-java, elasticsearch, cassandra.

    Skips the test that asks, or fails it where servers are required.
    """
    url = _known().get(name, {}).get("url", "")
    if url and _listens(url):
        return url
    reason = f"No {name} answers on this machine: start the real servers by `make servers`."
    if REQUIRED:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _known() -> dict[str, dict[str, str]]:
    with suppress(FileNotFoundError):
        known: dict[str, dict[str, str]] = json.loads(STATE.read_text())
        return known
    return {}


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
    except OSError:
        return False
    return True
