"""What a probe is told while stores are away, by a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.processes import ROOT

PROBE = """
import json, time
import django; django.setup()
from django.db import connection
from django.test import Client
answers = []
for _ in range(2):
    start = time.monotonic()
    answer = Client(SERVER_NAME="localhost").get("/readyz")
    answers.append([answer.status_code, answer.json(), time.monotonic() - start])
connection.close_pool()
print(json.dumps(answers))
"""
NOWHERE = {"DATABASE_URL": "postgres://shop@127.0.0.1:1/shop", "REDIS_URL": "redis://127.0.0.1:1"}


def probe_twice(**environment: str) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "shop.settings", **environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return list(json.loads(done.stdout))


def test_with_every_server_dead_the_probe_is_answered_after_one_time_out(tmp_path: Path) -> None:
    first, second = probe_twice(**NOWHERE, VAR_DIR=str(tmp_path))

    told = {"status": "ready", "degraded": ["database", "redis", "items", "order archive"]}
    assert [first[:2], second[:2]] == [[200, told], [200, told]]
    assert first[2] < 5
    assert second[2] < 1
