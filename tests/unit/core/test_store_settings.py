"""Which class keeps what, by the URLs in the environment."""

from pathlib import Path

import pytest
from environs import Env, ValidationError

from shop.embedded.paths import EmbeddedPaths
from shop.store_settings import WITHOUT_DATABASE, celery_url, redis_url, store_settings

EMBEDDED = EmbeddedPaths(Path("/var/shop"))
URLS = {
    "MONGODB_URL": "mongodb://host/shop",
    "ELASTICSEARCH_URL": "http://host:9200",
    "CASSANDRA_URL": "cassandra://host/shop",
}


def backends() -> list[str]:
    stores = store_settings(Env(), Path("/var/shop"))
    return [stores[alias]["BACKEND"].rpartition(".")[2] for alias in sorted(stores)]


@pytest.fixture(autouse=True)
def _no_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in URLS:
        monkeypatch.delenv(name, raising=False)


def test_without_urls_all_are_embedded() -> None:
    assert backends() == ["SqlItemStore", "SqlOrderArchive", "TantivyEngine"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MONGODB_URL", ["MongoItemStore", "SqlOrderArchive", "TantivyEngine"]),
        ("ELASTICSEARCH_URL", ["SqlItemStore", "SqlOrderArchive", "ElasticsearchEngine"]),
        ("CASSANDRA_URL", ["SqlItemStore", "CassandraOrderArchive", "TantivyEngine"]),
    ],
)
def test_any_mix_works(name: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, URLS[name])

    assert backends() == expected


def test_what_all_clients_share_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, url in URLS.items():
        monkeypatch.setenv(name, url)
    monkeypatch.setenv("STORE_TIMEOUT_SECONDS", "0.5")
    monkeypatch.setenv("STORE_PAUSE_SECONDS", "3")

    stores = store_settings(Env(), Path("/var/shop"))

    waits = {
        (each["OPTIONS"]["timeout_seconds"], each["OPTIONS"]["pause_seconds"])
        for each in stores.values()
    }
    assert waits == {(0.5, 3.0)}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://host:6379", "redis://host:6379/3"),
        ("redis://:secret@host/", "redis://:secret@host/3"),
        ("rediss://host?ssl_ca_certs=/a.pem", "rediss://host/3?ssl_ca_certs=/a.pem"),
        ("unix:///a.sock", "unix:///a.sock?db=3"),
    ],
)
def test_each_purpose_has_its_number_in_the_url(url: str, expected: str) -> None:
    WITHOUT_DATABASE(url)

    assert redis_url(url, 3, EMBEDDED) == expected


@pytest.mark.parametrize(
    "url", ["redis://host/0", "rediss://host:1/5?x=y", "host:6379", "http://h"]
)
def test_a_url_that_names_a_database_or_no_redis_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="without a database number"):
        WITHOUT_DATABASE(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://host/0", "redis://host/0"),
        ("rediss://host/0", "rediss://host/0?ssl_cert_reqs=required"),
        (
            "rediss://host/0?ssl_ca_certs=/a.pem",
            "rediss://host/0?ssl_ca_certs=/a.pem&ssl_cert_reqs=required",
        ),
        ("unix:///a.sock?db=0", "redis+socket:///a.sock?virtual_host=0"),
    ],
)
def test_the_broker_speaks_tls_where_the_url_does(url: str, expected: str) -> None:
    assert celery_url(url) == expected
