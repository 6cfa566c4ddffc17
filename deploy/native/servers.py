"""Start, stop and kill the servers; each call returns when it is really so."""

import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil

from deploy.native import ledger, processes
from deploy.native.base import Server
from deploy.native.cassandra import Cassandra
from deploy.native.elasticsearch import Elasticsearch
from deploy.native.hdfs import Hdfs
from deploy.native.mongodb import MongoJavaServer, SecantusDb
from deploy.native.places import Places
from deploy.native.postgres import Postgres
from deploy.native.redis import Redis
from deploy.native.spark import SparkMaster, SparkWorker
from shop.embedded.errors import CannotStart

START_SECONDS = 180
STOP_SECONDS = 40
# The slow ones first: their jars are fetched one after the other.
SERVERS: dict[str, type[Server]] = {
    server.name: server
    for server in (
        *(Cassandra, Elasticsearch, MongoJavaServer, SecantusDb, Postgres, Redis),
        *(SparkMaster, SparkWorker, Hdfs),
    )
}


@dataclass(frozen=True)
class Report:
    """How one server is."""

    name: str
    url: str
    state: str
    pid: int = 0
    memory: int = 0


def up(cancelled: threading.Event) -> list[Report | CannotStart]:
    """Have every server up, and report on each; those that answer are left alone.

    Once `cancelled` is set, what this call has started is stopped again.
    """
    places = Places()
    with ledger.exclusive(places), ThreadPoolExecutor(len(SERVERS)) as pool:
        starts = [
            pool.submit(_try_to_have_up, server(places), cancelled) for server in SERVERS.values()
        ]
        try:
            return [start.result() for start in starts]
        except KeyboardInterrupt:
            cancelled.set()
            raise


def down() -> list[str]:
    """Stop every server of this checkout, known to the ledger or not; return which there were."""
    places = Places()
    with ledger.exclusive(places), ThreadPoolExecutor(len(SERVERS)) as pool:
        stopped = pool.map(_end, [server(places) for server in SERVERS.values()])
        names = [name for name, was_up in zip(SERVERS, stopped, strict=True) if was_up]
    ledger.forget_environment(places)
    return names


def start(name: str) -> Report:
    """Have one server up.

    :raises CannotStart: with the reason
    """
    places = Places()
    with ledger.exclusive(places):
        return _have_up(SERVERS[name](places), threading.Event())


def stop(name: str) -> None:
    """End one server in order."""
    places = Places()
    with ledger.exclusive(places):
        _end(SERVERS[name](places))


def kill(name: str) -> None:
    """End one server as a crash would."""
    places = Places()
    with ledger.exclusive(places):
        _end(SERVERS[name](places), by=signal.SIGKILL)


def status() -> list[Report]:
    """Report on each server, running or not."""
    places = Places()
    return [_report(server(places)) for server in SERVERS.values()]


def _try_to_have_up(server: Server, cancelled: threading.Event) -> Report | CannotStart:
    try:
        return _have_up(server, cancelled)
    except CannotStart as error:
        return error


def _have_up(server: Server, cancelled: threading.Event) -> Report:
    running = processes.find(server.mark)
    if len(running) == 1 and server.answers():
        server.finish()
        ledger.add(server.places, server.name, server.url, running[0].pid)
        return _report(server, state="was up")
    _end(server)
    server.prepare()
    began = time.monotonic()
    process = _start(server, cancelled)
    ledger.add(server.places, server.name, server.url, process.pid)
    return _report(server, state=f"started in {time.monotonic() - began:.1f} s")


def _start(server: Server, cancelled: threading.Event) -> psutil.Process:
    command = server.command()
    _check_ports(server)
    if cancelled.is_set():
        raise CannotStart(f"{server.name} was not started: interrupted.")
    process = processes.launch(
        command,
        mark=server.mark,
        directory=server.directory,
        log=server.places.log(server.name),
        account=server.account,
        environment=server.environment,
    )
    try:
        _wait_until_it_answers(server, process, cancelled)
        server.finish()
    except BaseException:
        _end(server)
        raise
    return process


def _wait_until_it_answers(
    server: Server, process: psutil.Process, cancelled: threading.Event
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.answers():
        if cancelled.is_set():
            raise CannotStart(f"{server.name} was stopped again: interrupted.")
        if not processes.is_alive(process) or time.monotonic() > deadline:
            log = server.places.log(server.name)
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
            raise CannotStart(f"{server.name} did not start; the end of {log}:\n{tail}")
        time.sleep(0.1)


def _check_ports(server: Server) -> None:
    for port in server.ports:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError as error:
                raise CannotStart(
                    f"Port {port}, for {server.name}, is taken. Choose another block: "
                    f"SERVERS_PORT_BASE={server.places.port_base + 100} make servers"
                ) from error


def _end(server: Server, by: signal.Signals | None = None) -> bool:
    """End it; tell whether it was there at all."""
    ledger.remove(server.places, server.name)
    running = processes.find(server.mark)
    # Spark's worker may start another executor while it is being stopped.
    while left := processes.find(server.mark):
        for process in left:
            processes.end(process, by=by or server.stop_signal, seconds=STOP_SECONDS)
    return bool(running)


def _report(server: Server, state: str = "") -> Report:
    for process in processes.find(server.mark):
        shown = state or ("up" if server.answers() else "does not answer")
        return Report(server.name, server.url, shown, process.pid, processes.memory(process))
    return Report(server.name, server.url, "down")
