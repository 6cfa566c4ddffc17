"""The shop's PostgreSQL backend: a server that is away, hangs, is busy, or was restarted."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection, transaction

from shop.core.breaker import Breaker
from shop.core.database import base
from shop.core.database.base import DatabaseWrapper
from tests.faulty_proxy import FaultyProxy
from tests.processes import ROOT, eventually
from tests.real_servers import server_url

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., DatabaseWrapper]
NOWHERE = {"HOST": "127.0.0.1", "PORT": "1"}
REFUSED = "PostgreSQL at 127.0.0.1 did not answer a moment ago."


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that makes connections with a pool and a breaker of their own."""

    class Wrapper(DatabaseWrapper):
        _connection_pools: ClassVar[dict[str, Any]] = {}

    breakers: defaultdict[str, Breaker] = defaultdict(lambda: Breaker(60))
    monkeypatch.setattr(base, "_breakers", breakers)
    opened: list[DatabaseWrapper] = []

    def make(*, pool_size: int = 8, **given: Any) -> DatabaseWrapper:
        config = {**connection.settings_dict, **given}
        pool = {"min_size": 0, "max_size": pool_size, "timeout": 1, "reconnect_timeout": 1}
        config["OPTIONS"] = {**config["OPTIONS"], "pool": pool}
        wrapper = Wrapper(config, connection.alias)
        wrapper.inc_thread_sharing()
        opened.append(wrapper)
        return wrapper

    connection.ensure_connection()
    yield make
    for wrapper in opened:
        wrapper.close()
    for wrapper in opened[:1]:
        wrapper.close_pool()  # one for all of them


def refusal(wrapper: DatabaseWrapper) -> tuple[str, float]:
    """Return what an access that fails says, and how long it takes."""
    start = time.monotonic()
    with pytest.raises(OperationalError) as caught:
        wrapper.ensure_connection()
    return str(caught.value), time.monotonic() - start


def _breaker() -> Breaker:
    return base._breakers[connection.alias]


def end_the_pause() -> None:
    _breaker()._closed_until = 1e-9


def ask(wrapper: DatabaseWrapper, query: str = "SELECT 42") -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_a_dead_server_costs_one_time_out_a_pause(database: Open) -> None:
    _, first = refusal(database(**NOWHERE))
    said, second = refusal(database(**NOWHERE))

    assert 0.9 < first < 2.5
    assert second < 0.3
    assert said == REFUSED


def test_a_server_that_takes_connections_and_is_silent_is_as_dead(database: Open) -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        where = {"HOST": "127.0.0.1", "PORT": str(silent.getsockname()[1])}

        _, first = refusal(database(**where))
        _, second = refusal(database(**where))

    assert first < 5
    assert second < 0.3


def test_after_the_pause_one_tries_while_the_others_are_refused(database: Open) -> None:
    wrappers = [database(**NOWHERE) for _ in range(6)]
    refusal(wrappers[0])
    end_the_pause()

    with ThreadPoolExecutor(6) as threads:
        said = Counter(text for text, _ in threads.map(refusal, wrappers))

    assert said == {REFUSED: 5, "couldn't get a connection after 1.00 sec": 1}


def test_it_is_used_again_as_soon_as_it_is_back(database: Open) -> None:
    wrapper = database()
    _breaker().trip()
    assert "did not answer a moment ago" in refusal(wrapper)[0]
    end_the_pause()

    assert ask(wrapper) == 42
    assert _breaker().is_suspect is False


def test_a_busy_pool_does_not_make_the_server_dead(database: Open) -> None:
    holder, other = database(pool_size=1), database(pool_size=1)
    ask(holder)

    said, _ = refusal(other)
    holder.close()

    assert "couldn't get a connection" in said
    assert ask(other) == 42


def test_connections_of_before_a_restart_are_replaced_at_once(database: Open) -> None:
    wrappers = [database() for _ in range(8)]
    pids = [ask(wrapper, "SELECT pg_backend_pid()") for wrapper in wrappers]
    for wrapper in wrappers:
        wrapper.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 1000) FROM unnest(%s) AS pid", [pids])

    start = time.monotonic()
    answers = [ask(wrapper) for wrapper in wrappers]

    assert answers == [42] * 8
    assert time.monotonic() - start < 1


LIMITS = """
import {module}
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute("SHOW " + name)
        print(cursor.fetchone()[0])
connection.close_pool()
"""


def limits(module: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LIMITS.format(module=module)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "shop.settings", **environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.split()


def test_a_web_process_waits_for_nobody_for_long_and_a_command_as_long_as_it_takes() -> None:
    assert limits("shop.wsgi") == limits("shop.asgi") == ["5s", "30s", "1min"]
    assert limits("shop.celery") == ["0", "0", "0"]
    assert limits("shop.wsgi", DATABASE_TIMEOUTS="false") == ["0", "0", "0"]


def test_a_lock_that_is_not_given_is_an_operational_error(database: Open) -> None:
    waiting = database()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE django_session")
        with waiting.cursor() as asking, pytest.raises(OperationalError, match="lock timeout"):
            asking.execute("SET lock_timeout = '50ms'; SELECT 1 FROM django_session")


@pytest.mark.servers
def test_a_server_that_freezes_costs_its_time_outs_once_and_is_used_again(database: Open) -> None:
    real = urlsplit(server_url("postgres"))
    with FaultyProxy((str(real.hostname), int(real.port or 0))) as proxy:
        where = {
            "HOST": "127.0.0.1",
            "PORT": str(proxy.port),
            "USER": real.username,
            "PASSWORD": real.password,
            "NAME": real.path.strip("/"),
        }
        first, second = database(**where), database(**where)
        assert ask(first) == 42
        first.close()  # back to the pool, as after a request
        proxy.hang()

        _, waited = refusal(first)
        _, at_once = refusal(second)
        proxy.heal()

        def is_used_again() -> bool:
            end_the_pause()
            with suppress(OperationalError):  # the pool may still be about to try again
                return bool(ask(second) == 42)
            return False

        assert waited < 8
        assert at_once < 0.3
        eventually(is_used_again, seconds=20)
        first.close()
        second.close()
        second.close_pool()
