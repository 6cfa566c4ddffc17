"""The embedded servers start, do not meet, end with their starter, and say what is wrong."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from shop.embedded import session
from shop.embedded.errors import CannotStart
from shop.embedded.paths import EmbeddedPaths
from shop.embedded.session import embedded_servers, servers_are_running
from shop.embedded.watchdog import Watchdog
from tests.processes import ROOT, eventually


@pytest.fixture
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPaths]:
    var = ROOT / "var" / "test" / f"{os.getpid()}-servers-{tmp_path_factory.mktemp('v').name}"
    var.mkdir(parents=True)
    var.chmod(0o755)
    paths = EmbeddedPaths(var)
    yield paths
    shutil.rmtree(paths.sockets, ignore_errors=True)
    shutil.rmtree(var, ignore_errors=True)


def ask_postgres(paths: EmbeddedPaths, query: str) -> object:
    with psycopg.connect(
        host=str(paths.postgres_sockets), user="shop", dbname="shop", connect_timeout=2
    ) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def has_ended(paths: EmbeddedPaths) -> bool:
    client = redis.Redis(unix_socket_path=str(paths.redis_socket))
    try:
        client.ping()
    except (redis.ConnectionError, FileNotFoundError):
        redis_ended = True
    else:
        redis_ended = False
    finally:
        client.close()
    return redis_ended and not (paths.postgres_data / "postmaster.pid").exists()


def test_both_answer_while_the_block_lasts_and_keep_their_data(paths: EmbeddedPaths) -> None:
    with embedded_servers(paths, postgres=True, redis=True):
        assert servers_are_running(paths)
        ask_postgres(paths, "SELECT 1")
        with psycopg.connect(
            host=str(paths.postgres_sockets), user="shop", dbname="shop", autocommit=True
        ) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        client = redis.Redis(unix_socket_path=str(paths.redis_socket))
        assert client.config_get("notify-keyspace-events")["notify-keyspace-events"] == "xE"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        client.close()
        assert paths.postgres_sockets.stat().st_mode & 0o077 == 0
        assert paths.redis_socket.parent.stat().st_mode & 0o077 == 0
        # the longest path a Unix socket may have is 107 bytes
        assert len(str(paths.postgres_sockets / ".s.PGSQL.5432.lock")) < 107
    assert has_ended(paths)

    with embedded_servers(paths, postgres=True, redis=False, durable=False):
        assert ask_postgres(paths, "SELECT answer FROM kept") == 42
    assert not servers_are_running(paths)


def test_two_checkouts_do_not_meet(tmp_path: Path) -> None:
    one, other = EmbeddedPaths(tmp_path / "one"), EmbeddedPaths(tmp_path / "other")

    assert one.sockets != other.sockets


def test_a_second_run_of_one_checkout_is_refused(paths: EmbeddedPaths) -> None:
    with (
        embedded_servers(paths, postgres=False, redis=True),
        pytest.raises(CannotStart, match=f"already run.*process {os.getpid()}"),
        embedded_servers(paths, postgres=False, redis=True),
    ):
        pass


def test_a_full_disk_is_said_before_anything_starts(
    paths: EmbeddedPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(paths.var).free
    monkeypatch.setattr(session, "LEAST_FREE_BYTES", free * 2)

    with (
        pytest.raises(CannotStart, match=r"MB left; the shop needs at least"),
        embedded_servers(paths, postgres=True, redis=True),
    ):
        pass

    assert not paths.postgres_data.exists()


def test_a_damaged_cluster_is_said_with_the_end_of_its_log(paths: EmbeddedPaths) -> None:
    with embedded_servers(paths, postgres=True, redis=False, durable=False):
        pass
    (paths.postgres_data / "global" / "pg_control").unlink()

    with (
        pytest.raises(CannotStart, match="PostgreSQL did not start"),
        embedded_servers(paths, postgres=True, redis=True),
    ):
        pass

    assert has_ended(paths)


HOLD = """
import sys, time
from pathlib import Path
from shop.embedded.paths import EmbeddedPaths
from shop.embedded.session import embedded_servers
with embedded_servers(EmbeddedPaths(Path(sys.argv[1])), postgres=True, redis=True, durable=False):
    print("up", flush=True)
    time.sleep(60)
"""


@contextmanager
def holder(paths: EmbeddedPaths) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(paths.var)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_after_kill_9_of_the_supervisor_nothing_is_left_running(paths: EmbeddedPaths) -> None:
    with holder(paths) as process:
        assert ask_postgres(paths, "SELECT 1") == 1

        process.send_signal(signal.SIGKILL)

        eventually(lambda: has_ended(paths), seconds=20)


def test_servers_that_outlived_even_the_watchdog_are_ended_by_the_next_start(
    paths: EmbeddedPaths,
) -> None:
    with holder(paths) as process:
        pids = subprocess.run(
            ["pgrep", "-P", str(process.pid), "-f", "watchdog"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for pid in [*map(int, pids), process.pid]:
            os.kill(pid, signal.SIGKILL)
        process.wait()
        assert ask_postgres(paths, "SELECT 1") == 1

        with embedded_servers(paths, postgres=True, redis=True, durable=False):
            assert ask_postgres(paths, "SELECT 1") == 1

    assert has_ended(paths)


def ignores_ctrl_c(pid: int) -> bool:
    asked = ["ps", "-o", "ignored=", "-p", str(pid)]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return bool(int(told, 16) & (1 << (signal.SIGINT - 1)))


def test_ctrl_c_does_not_reach_the_watchdog() -> None:
    watchdog = Watchdog()
    with subprocess.Popen(["sleep", "60"]) as watched:
        watchdog.add(watched.pid)
        eventually(lambda: ignores_ctrl_c(watchdog._process.pid))

        watchdog._process.send_signal(signal.SIGINT)
        watchdog.close()

        assert watched.wait(timeout=10) == -signal.SIGTERM


def test_a_watchdog_that_was_ended_first_is_no_reason_to_fail() -> None:
    watchdog = Watchdog()
    watchdog._process.kill()
    watchdog._process.wait()

    watchdog.add(2**22)
    watchdog.remove(2**22)
    watchdog.close()


def run_shop(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shop.run", "--no-demo"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_said_with_another_to_choose(paths: EmbeddedPaths) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = run_shop(PORT=str(port), VAR_DIR=str(paths.var))

    assert done.returncode == 1
    assert f"Port {port}, for the shop, is taken" in done.stderr
    assert "PORT=" in done.stderr
    assert not paths.postgres_data.exists()


@pytest.mark.parametrize("port", ["0", "abc", "65535", "-1", "1000000000"])
def test_a_port_that_is_none(paths: EmbeddedPaths, port: str) -> None:
    done = run_shop(PORT=port, VAR_DIR=str(paths.var))

    assert done.returncode == 1
    assert f"PORT='{port}' is not a port number" in done.stderr


def test_every_bad_variable_is_reported_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={
            **os.environ,
            "PAYMENT_WINDOW_SECONDS": "soon",
            "LATE_PAYMENT_POLICY": "shrug",
            "ARCHIVE_AFTER_DAYS": "-1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    for name in ("PAYMENT_WINDOW_SECONDS", "LATE_PAYMENT_POLICY", "ARCHIVE_AFTER_DAYS"):
        assert name in done.stderr
