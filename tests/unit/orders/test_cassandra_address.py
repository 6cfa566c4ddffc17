"""One URL says where Cassandra is and who we are there."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from orders.archives.cassandra import CassandraOrderArchive
from orders.archives.cassandra.address import Address
from tests.faulty_proxy import Certificates


def test_everything_in_one_url(tmp_path: Path) -> None:
    authority = Certificates().write_authority(str(tmp_path / "ca.pem"))

    address = Address.from_url(
        "cassandra://shop:p%40ss%2Fword@one.example,two.example:9142/orders?datacenter=eu-1"
        f"&tls=true&ca_certs={authority}&check_hostname=false"
    )

    assert address.hosts == (("one.example", 9142), ("two.example", 9142))
    assert (address.keyspace, address.datacenter) == ("orders", "eu-1")
    assert (address.user, address.password) == ("shop", "p@ss/word")
    assert address.tls is not None
    assert address.tls.check_hostname is False


def test_hardly_anything() -> None:
    address = Address.from_url("cassandra://db.example")

    assert address.hosts == (("db.example", 9042),)
    assert (address.keyspace, address.datacenter) == ("parcelwise", "datacenter1")
    assert (address.user, address.password, address.tls) == ("", "", None)


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        ("a:1,b:2", (("a", 1), ("b", 2))),
        ("a:1,b", (("a", 1), ("b", 9042))),
        ("[::1]", (("::1", 9042),)),
        ("[::1]:9142", (("::1", 9142),)),
    ],
)
def test_hosts(hosts: str, expected: tuple[tuple[str, int], ...]) -> None:
    assert Address.from_url(f"cassandra://{hosts}/shop").hosts == expected


def test_neither_text_nor_repr_tells_the_password() -> None:
    address = Address.from_url("cassandra://shop:made-up@db.example/orders")

    assert "made-up" not in f"{address} {address!r}"
    assert str(address) == "db.example:9042/orders in datacenter1"


@pytest.mark.parametrize(
    "url",
    [
        "cassandra://",
        "cassandra://u:made-up@a,,b/shop",
        "cassandra://u:made-up@a:port/shop",
        "cassandra://u:made-up@a/Shop; DROP",
        "cassandra://u:made-up@a/shop?datacenter=dc'1",
        "cassandra://u:made-up@a/shop?tls=maybe",
        "cassandra://u:made-up@a/shop?tls=true&ca_certs=/no/such/file",
        "cassandra://u:made-up@a/shop?ssl=true",
    ],
)
def test_what_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CASSANDRA_URL") as caught:
        Address.from_url(url)

    assert "made-up" not in str(caught.value)


def test_a_consistency_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="CASSANDRA_CONSISTENCY"):
        CassandraOrderArchive(url="cassandra://db.example", consistency="MOST")
