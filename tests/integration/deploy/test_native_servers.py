"""Native servers are found again, ended for sure, and told of to others."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.native import java, ledger, processes, servers
from deploy.native.base import Server
from deploy.native.cache import cached
from deploy.native.places import PORTS, Places
from shop.embedded.account import ServerAccount
from shop.embedded.errors import CannotStart
from tests.sandbox import free_port

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
SLEEPS = "import time; time.sleep(600)"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.delenv("SERVERS_PORT_BASE", raising=False)
    return Places(tmp_path)


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    yield str(tmp_path)
    for process in processes.find(str(tmp_path)):
        processes.end(process, by=signal.SIGKILL, seconds=5)


def launch(mark: str, code: str = SLEEPS) -> psutil.Process:
    return processes.launch(
        [sys.executable, "-c", code],
        mark=mark,
        directory=Path(mark),
        log=Path(mark) / "log" / "server.log",
        account=ServerAccount("", os.getuid(), os.getgid()),
        environment={},
    )


def test_a_server_is_found_by_its_mark_and_by_no_other(mark: str) -> None:
    process = launch(mark)

    assert processes.find(mark) == [process]
    assert processes.find(f"not {mark}") == []


def test_a_server_is_in_a_session_of_its_own_and_nobodys_child(mark: str) -> None:
    process = launch(mark)

    assert os.getsid(process.pid) != os.getsid(0)
    assert process not in psutil.Process().children(recursive=True)


def test_an_ended_server_is_gone_on_return(mark: str) -> None:
    process = launch(mark)

    processes.end(process, by=signal.SIGTERM, seconds=10)

    assert not processes.is_alive(process)
    assert processes.find(mark) == []


def test_a_server_that_does_not_listen_is_killed(mark: str) -> None:
    process = launch(mark, DEAF)

    processes.end(process, by=signal.SIGTERM, seconds=0.5)

    assert not processes.is_alive(process)


def test_others_read_where_the_servers_are(places: Places) -> None:
    ledger.add(places, "cassandra", "cassandra://host:1?a=b&c=d", 7)
    ledger.add(places, "mongodb-java", "mongodb://host:2", 8)

    assert json.loads((places.home / "servers.json").read_text()) == {
        "cassandra": {"url": "cassandra://host:1?a=b&c=d", "pid": 7},
        "mongodb-java": {"url": "mongodb://host:2", "pid": 8},
    }
    shell = (places.home / "servers.env").read_text()
    assert shell == "CASSANDRA_URL='cassandra://host:1?a=b&c=d'\n"

    ledger.remove(places, "cassandra")
    assert ledger.read(places).keys() == {"mongodb-java"}
    # A shop started meanwhile is to miss it, not to use the embedded store instead.
    assert (places.home / "servers.env").read_text() == shell

    ledger.forget_environment(places)
    assert not (places.home / "servers.env").exists()


def test_ports_are_remembered(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVERS_PORT_BASE", "23000")
    assert [places.port(name) for name in PORTS] == list(range(23000, 23000 + len(PORTS)))

    monkeypatch.delenv("SERVERS_PORT_BASE")
    assert Places(places.home).port("postgres") == 23000


@pytest.mark.parametrize("text", ["", "ports", "80", "65535"])
def test_a_port_that_is_none_is_refused(
    places: Places, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVERS_PORT_BASE", text)

    with pytest.raises(CannotStart, match="SERVERS_PORT_BASE"):
        places.port("redis")


class Nothing(Server):
    """Ends at once."""

    name = "redis"
    url = ""

    def command(self) -> list[str]:
        return [sys.executable, "-c", "raise SystemExit('no such option')"]

    def answers(self) -> bool:
        return False


def test_a_taken_port_is_named(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("SERVERS_PORT_BASE", str(port - PORTS.index("redis")))
    monkeypatch.setitem(servers.SERVERS, "redis", Nothing)
    monkeypatch.setattr(servers, "Places", lambda: places)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(CannotStart, match=f"Port {port}, for redis, is taken"):
            servers.start("redis")


def test_a_server_that_ends_at_once_is_told_with_its_log(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVERS_PORT_BASE", str(free_port() - PORTS.index("redis")))
    monkeypatch.setitem(servers.SERVERS, "redis", Nothing)
    monkeypatch.setattr(servers, "Places", lambda: places)

    with pytest.raises(CannotStart, match="no such option"):
        servers.start("redis")
    assert ledger.read(places) == {}


def test_a_build_that_broke_off_is_redone(places: Places, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe"
    recipe.write_text("version 1")

    def breaks_off(folder: Path) -> None:
        (folder / "half").touch()
        raise CannotStart

    with pytest.raises(CannotStart):
        cached(places, "jars", [recipe], breaks_off)
    built = cached(places, "jars", [recipe], lambda folder: (folder / "whole").touch())

    assert not (built / "half").exists()
    assert cached(places, "jars", [recipe], breaks_off) == built
    recipe.write_text("version 2")
    assert cached(places, "jars", [recipe], lambda folder: None) != built


def test_a_missing_maven_is_said(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotStart, match="Maven is missing"):
        java.fetch_jars(tmp_path / "pom.xml", tmp_path)


def test_the_lowest_java_that_will_do_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    (tmp_path / "release").write_text('IMPLEMENTOR="x"\nJAVA_VERSION="77.0.2"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    assert java.find_java(lowest=76) == tmp_path
    assert java.find_java(lowest=78) is None
