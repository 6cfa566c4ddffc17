"""The connection does not go along when a process forks, and does not hold one that ends."""

import subprocess
import sys
import time

import pytest

from orders.archives.cassandra import CassandraOrderArchive
from tests.contracts.orders.cassandra_archives import server_address, url_of
from tests.contracts.orders.test_order_archive import order
from tests.faulty_proxy import FaultyProxy

pytestmark = pytest.mark.servers

PREAMBLE = """
import os, sys, threading, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django.setup()
from orders.archives.cassandra import CassandraOrderArchive
archive = CassandraOrderArchive(url=sys.argv[1], timeout_seconds=float(sys.argv[2]))
"""
FORKS = """
number = "AAAA-AAAA-AAAA"
for _ in range(2):
    archive.get(number)
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            threads = [threading.Thread(target=archive.get, args=[number]) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            found = archive.get(number).number == number
            os._exit(0 if found else 1)
        children.append(child)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
    assert archive.get(number).number == number
print("all read it")
"""
ENDS = """
assert archive.ping().answers
print("ready", flush=True)
sys.stdin.readline()
print(archive.ping().answers, flush=True)
"""


def python(code: str, *args: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PREAMBLE + code, *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_forked_processes_connect_for_themselves(
    cassandra_archive: CassandraOrderArchive,
) -> None:
    cassandra_archive.save(order())

    with python(FORKS, url_of(), "20") as process:
        output, errors = process.communicate(timeout=120)

    assert (output, process.returncode) == ("all read it\n", 0), errors


@pytest.mark.parametrize("way", ["pass", "refuse", "hang"])
def test_a_process_ends_at_once_whatever_the_server_does(
    cassandra_archive: CassandraOrderArchive, way: str
) -> None:
    with FaultyProxy(server_address()) as proxy, python(ENDS, url_of(proxy=proxy), "5") as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n"
        if way != "pass":
            getattr(proxy, way)()
            time.sleep(4)  # the heartbeat has met it and the driver is reconnecting
        process.stdin.write("go on\n")
        process.stdin.flush()
        assert process.stdout.readline() == f"{way == 'pass'}\n"
        started = time.monotonic()
        process.wait(timeout=60)
        took = time.monotonic() - started
        errors = process.stderr.read()

    assert took < 3.0
    assert "Exception in thread" not in errors
    assert process.returncode == 0, errors
