"""A Cassandra that is away or silent costs one time-out a pause, and comes back by itself."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from orders.archives.cassandra import CassandraOrderArchive
from shop.core.errors import StoreUnavailable
from tests.contracts.orders.cassandra_archives import (
    answers_within,
    archive_at,
    server_address,
    url_of,
)
from tests.contracts.orders.test_order_archive import order
from tests.faulty_proxy import Certificates, FaultyProxy

pytestmark = pytest.mark.servers

NUMBER = "AAAA-AAAA-AAAA"
TIMEOUT = 1.5
PAUSE = 0.5
AT_ONCE = 0.2
SLACK = 1.0  # what a busy machine adds
BACK_WITHIN = 15.0


@pytest.fixture
def proxy(cassandra_archive: CassandraOrderArchive) -> Iterator[FaultyProxy]:
    """Stand before a server that has one order."""
    cassandra_archive.save(order())
    with FaultyProxy(server_address()) as proxy:
        yield proxy


@pytest.fixture
def archive(proxy: FaultyProxy) -> Iterator[CassandraOrderArchive]:
    url = url_of(proxy=proxy)
    with archive_at(url, timeout_seconds=TIMEOUT, pause_seconds=PAUSE) as archive:
        yield archive


def seconds_to_fail(archive: CassandraOrderArchive) -> float:
    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        archive.get(NUMBER)
    return time.monotonic() - started


def comes_back(archive: CassandraOrderArchive) -> bool:
    return answers_within(BACK_WITHIN, lambda: archive.get(NUMBER))


def test_nothing_is_asked_of_the_server_before_the_first_call(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    assert proxy.connections == 0

    assert comes_back(archive)
    assert proxy.connections > 0  # so it goes by the proxy, whatever address the node tells


def test_a_silent_server_costs_one_time_out_a_pause(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    assert comes_back(archive)
    proxy.hang()

    assert seconds_to_fail(archive) < TIMEOUT + SLACK
    assert seconds_to_fail(archive) < AT_ONCE
    time.sleep(PAUSE)
    assert seconds_to_fail(archive) < TIMEOUT + SLACK
    assert seconds_to_fail(archive) < AT_ONCE

    proxy.heal()
    assert comes_back(archive)


def test_a_statement_never_used_before_waits_no_longer(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    assert comes_back(archive)
    proxy.hang()

    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        archive.list_by_customer(7, before=None, limit=1)
    assert time.monotonic() - started < TIMEOUT + SLACK


def test_a_server_that_is_silent_from_the_start_costs_no_more(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    proxy.hang()

    assert seconds_to_fail(archive) < TIMEOUT + SLACK
    assert seconds_to_fail(archive) < AT_ONCE

    proxy.heal()
    assert comes_back(archive)


def test_many_silent_nodes_cost_one_time_out_together(proxy: FaultyProxy) -> None:
    proxy.hang()
    host = f"127.0.0.1:{proxy.port}"
    url = url_of(proxy=proxy).replace(host, f"{host},127.0.0.2:{proxy.port},{host}")

    with archive_at(url, timeout_seconds=TIMEOUT, pause_seconds=PAUSE) as archive:
        assert seconds_to_fail(archive) < TIMEOUT + SLACK


def test_one_of_several_nodes_is_enough(proxy: FaultyProxy) -> None:
    url = url_of(proxy=proxy).replace("127.0.0.1:", "127.0.0.1:1,127.0.0.1:")

    with archive_at(url) as archive:
        assert archive.get(NUMBER) == order()


def test_a_server_that_goes_and_comes_is_used_again(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    assert comes_back(archive)
    for _ in range(3):
        proxy.refuse()
        assert seconds_to_fail(archive) < TIMEOUT + SLACK
        assert seconds_to_fail(archive) < AT_ONCE

        proxy.heal()
        assert comes_back(archive)
        archive.save(order(status="returned"))
        assert archive.get(NUMBER).status == "returned"


def test_an_outage_that_nobody_meets_is_over_before_the_next_call(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    assert comes_back(archive)
    proxy.refuse()
    time.sleep(0.5)
    proxy.heal()
    before = proxy.connections

    # The driver's own reconnection: nobody calls meanwhile.
    deadline = time.monotonic() + BACK_WITHIN
    while proxy.connections < before + 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1.5)

    assert archive.get(NUMBER) == order()


def test_a_server_down_at_the_first_call_is_used_when_it_is_up(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    proxy.refuse()
    assert seconds_to_fail(archive) < TIMEOUT + SLACK

    proxy.heal()

    assert comes_back(archive)


def test_a_silent_server_keeps_no_page_from_the_live_orders(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    proxy.hang()

    for call in (
        lambda: archive.save(order()),
        lambda: archive.delete(NUMBER),
        lambda: archive.list_by_customer(7, before=None, limit=10),
        lambda: next(archive.entries()),
        archive.setup,
    ):
        with pytest.raises(StoreUnavailable):
            call()


def test_ping_tells_version_and_place_but_no_password(
    proxy: FaultyProxy, archive: CassandraOrderArchive
) -> None:
    assert comes_back(archive)
    up = archive.ping()
    proxy.refuse()
    down = archive.ping()

    assert (up.answers, up.version[:2], up.detail) == (True, "5.", "")
    assert down.answers is False
    assert down.detail
    assert str(proxy.port) in up.location
    assert "@" not in up.location + down.location


def test_a_name_that_does_not_resolve_is_an_outage() -> None:
    url = "cassandra://user:made-up@no-such-host.invalid/shop"

    with archive_at(url, timeout_seconds=TIMEOUT) as archive:
        status = archive.ping()

    assert status.answers is False
    assert "made-up" not in repr(status)


def test_a_data_center_that_is_not_there_is_told(
    cassandra_archive: CassandraOrderArchive,
) -> None:
    url = urlunsplit(urlsplit(url_of())._replace(query="datacenter=elsewhere"))

    with archive_at(url) as archive:
        status = archive.ping()

    assert (status.answers, status.version) == (False, "")


def test_a_wrong_password_is_an_outage(cassandra_archive: CassandraOrderArchive) -> None:
    parts = urlsplit(url_of())
    hosts = parts.netloc.rpartition("@")[2]
    url = urlunsplit(parts._replace(netloc=f"{parts.username or 'cassandra'}:made-up@{hosts}"))

    with archive_at(url) as archive:
        status = archive.ping()

    if status.answers:
        pytest.skip("This server asks for no password.")
    assert "password" in status.detail.lower() or "credentials" in status.detail.lower()
    assert "made-up" not in repr(status)


def test_tls_with_an_authority_of_our_own(
    cassandra_archive: CassandraOrderArchive, tmp_path: Path
) -> None:
    cassandra_archive.save(order())
    certificates = Certificates()
    trusted = certificates.write_authority(str(tmp_path / "ca.pem"))
    with FaultyProxy(server_address(), tls=certificates.server_context()) as proxy:
        url = url_of(proxy=proxy, more=f"&tls=true&ca_certs={trusted}")
        with archive_at(url) as archive:
            assert archive.get(NUMBER) == order()
            assert archive.ping().answers


@pytest.mark.parametrize("more", ["&tls=true", ""])
def test_tls_that_is_not_trusted_or_not_spoken(
    cassandra_archive: CassandraOrderArchive, more: str
) -> None:
    with (
        FaultyProxy(server_address(), tls=Certificates().server_context()) as proxy,
        archive_at(url_of(proxy=proxy, more=more), timeout_seconds=TIMEOUT) as archive,
    ):
        assert archive.ping().answers is False
