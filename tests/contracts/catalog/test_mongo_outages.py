"""The item store in MongoDB while its server hangs, is gone, comes back or is not trusted."""

import time
from pathlib import Path

import pytest

from shop.core.errors import StoreUnavailable
from tests.contracts.catalog.documents import document
from tests.contracts.catalog.mongo import (
    DATABASE,
    PATIENCE,
    PAUSE,
    SHORT,
    address,
    database_url,
    mongo_store,
    proxied,
)
from tests.faulty_proxy import Certificates

pytestmark = pytest.mark.servers


@pytest.fixture(params=["mongodb", "mongodb-java"])
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_server_that_hangs_costs_one_time_out_and_is_then_left_alone(server: str) -> None:
    with proxied(server) as (proxy, store):
        store.upsert([document()])
        proxy.hang()

        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.get_many([1])
        assert SHORT * 0.8 <= time.monotonic() - started < SHORT + 0.7

        started = time.monotonic()
        for call in (
            lambda: store.get_many_by_sku(["SKU-1"]),
            lambda: store.upsert([document(revision=2)]),
            lambda: store.delete(1, 2),
            lambda: list(store.scan()),
            store.setup,
        ):
            with pytest.raises(StoreUnavailable, match="a moment ago"):
                call()
        assert time.monotonic() - started < 0.1

        proxy.heal()
        time.sleep(PAUSE)
        assert store.get(1).revision == 1


def test_a_write_that_hangs_ends_too(server: str) -> None:
    with proxied(server, timeout_seconds=0.2) as (proxy, store):
        store.upsert([document()])
        proxy.hang()

        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.upsert([document(revision=2)])

        assert time.monotonic() - started < 0.2 * 5 + 1


def test_a_server_that_comes_back_is_found_after_the_pause(server: str) -> None:
    # The driver looks again every half second: a shorter time-out may need another pause.
    with proxied(server, timeout_seconds=1.5) as (proxy, store):
        store.setup()
        store.upsert([document()])
        proxy.refuse()

        assert store.ping().answers is False
        with pytest.raises(StoreUnavailable):
            store.get(1)
        proxy.heal()
        with pytest.raises(StoreUnavailable, match="a moment ago"):
            store.get(1)
        time.sleep(PAUSE)

        assert store.get(1).revision == 1
        assert store.ping().answers is True


def test_connections_that_were_cut_are_not_noticed_by_readers(server: str) -> None:
    with proxied(server, timeout_seconds=5) as (proxy, store):
        store.upsert([document()])
        proxy.cut()

        assert store.get(1).revision == 1


def test_a_write_over_a_connection_that_was_cut_is_tried_again() -> None:
    with proxied("mongodb", timeout_seconds=5) as (proxy, store):
        store.upsert([document()])
        proxy.cut()

        assert store.upsert([document(revision=2)]) == 1


def test_an_encrypted_connection_trusts_the_authority_it_is_given(
    server: str, tmp_path: Path
) -> None:
    certificates = Certificates()
    ours = certificates.write_authority(str(tmp_path / "ours.pem"))
    another = Certificates().write_authority(str(tmp_path / "another.pem"))

    with proxied(
        server, f"&tls=true&tlsCAFile={ours}", certificates, timeout_seconds=PATIENCE
    ) as (_, store):
        store.upsert([document()])
        assert store.get(1).revision == 1
    for options in (f"&tls=true&tlsCAFile={another}", "&tls=true"):
        with (
            proxied(server, options, certificates) as (_, store),
            pytest.raises(StoreUnavailable, match="certificate"),
        ):
            store.get(1)


def test_a_wrong_password_is_an_outage_that_does_not_tell_the_password() -> None:
    url = database_url("mongodb").replace("://", "://shop:s3cret@") + "?authSource=admin"
    with mongo_store("mongodb", url=url, timeout_seconds=SHORT) as store:
        with pytest.raises(StoreUnavailable) as caught:
            store.get(1)
        status = store.ping()

    assert status.answers is False
    host, port = address("mongodb")
    assert status.location == f"{DATABASE} at {host}:{port}"
    assert "s3cret" not in f"{status} {caught.value}"
