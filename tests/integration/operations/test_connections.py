"""TLS and passwords by URL: PostgreSQL and Redis, told by a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.faulty_proxy import Certificates, FaultyProxy
from tests.processes import ROOT
from tests.real_servers import server_url

pytestmark = pytest.mark.servers

WRONG = "hush"
PROBE = """
import json
import django; django.setup()
from django.core.cache import cache
from django.db import connection
from shop.celery import app
from shop.core import stream
from shop.operations.health import store_statuses
from payments import deadlines
told = {each.name: [each.answers, each.location] for each in store_statuses()}
cache.set("greeting", "hello")
told["cache"] = cache.get("greeting")
with app.connection_for_write() as broker:
    try:
        broker.ensure_connection(max_retries=1, timeout=2)
        told["broker"] = True
    except Exception as error:
        told["broker"] = False
try:
    told["windows"] = deadlines.client().ping()
except Exception:
    told["windows"] = False
connection.close_pool()
cache.close()
print(json.dumps(told))
"""


def told_with(tmp_path: Path, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "VAR_DIR": str(tmp_path),
            **environment,
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert WRONG not in done.stdout + done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def at(url: str, *, port: int = 0, password: str = "", scheme: str = "", query: str = "") -> str:
    """Return the URL with another port, password, scheme or query."""
    parts = urlsplit(url)
    login = f"{parts.username or ''}:{password or parts.password}"
    return urlunsplit(
        parts._replace(
            scheme=scheme or parts.scheme,
            netloc=f"{login}@{parts.hostname}:{port or parts.port}",
            query=query,
        )
    )


def target(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


def test_with_the_right_passwords_all_answer_and_nobody_tells_them(tmp_path: Path) -> None:
    told = told_with(tmp_path, DATABASE_URL=server_url("postgres"), REDIS_URL=server_url("redis"))

    assert (told["database"][0], told["redis"][0]) == (True, True)
    assert (told["cache"], told["broker"], told["windows"]) == ("hello", True, True)
    assert all("shop:shop@" not in told[name][1] for name in ("database", "redis"))


def test_a_wrong_password_is_a_store_that_does_not_answer(tmp_path: Path) -> None:
    told = told_with(
        tmp_path,
        DATABASE_URL=at(server_url("postgres"), password=WRONG),
        REDIS_URL=at(server_url("redis"), password=WRONG),
    )

    assert (told["database"][0], told["redis"][0]) == (False, False)
    assert (told["cache"], told["broker"], told["windows"]) == (None, False, False)


def test_both_speak_tls_when_the_url_says_so(tmp_path: Path) -> None:
    certificates = Certificates()
    authority = certificates.write_authority(str(tmp_path / "authority.pem"))
    postgres, redis = server_url("postgres"), server_url("redis")
    context = certificates.server_context()
    with (
        FaultyProxy(target(postgres), tls=context) as first,
        FaultyProxy(target(redis), tls=context) as second,
    ):
        trust = f"sslmode=verify-full&sslnegotiation=direct&sslrootcert={authority}"
        told = told_with(
            tmp_path,
            DATABASE_URL=at(postgres, port=first.port, query=trust),
            REDIS_URL=at(
                redis, port=second.port, scheme="rediss", query=f"ssl_ca_certs={authority}"
            ),
        )

    assert (told["database"][0], told["redis"][0]) == (True, True), told
    assert (told["cache"], told["broker"], told["windows"]) == ("hello", True, True)
    assert (first.connections > 0, second.connections > 0) == (True, True)


def test_a_server_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificates = Certificates()
    stranger = Certificates().write_authority(str(tmp_path / "stranger.pem"))
    postgres, redis = server_url("postgres"), server_url("redis")
    context = certificates.server_context()
    with (
        FaultyProxy(target(postgres), tls=context) as first,
        FaultyProxy(target(redis), tls=context) as second,
    ):
        trust = f"sslmode=verify-full&sslnegotiation=direct&sslrootcert={stranger}"
        told = told_with(
            tmp_path,
            DATABASE_URL=at(postgres, port=first.port, query=trust),
            REDIS_URL=at(
                redis, port=second.port, scheme="rediss", query=f"ssl_ca_certs={stranger}"
            ),
        )

    assert (told["database"][0], told["redis"][0]) == (False, False)
    assert (told["cache"], told["broker"], told["windows"]) == (None, False, False)
