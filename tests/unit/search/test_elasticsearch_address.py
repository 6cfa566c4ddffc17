"""Reading where the cluster is."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.engines.elasticsearch.connection import Address


def test_nodes_password_and_certificate_are_read() -> None:
    address = Address.parse(
        "https://shop:p%40ss%2Cword@es1:9201/search, https://es2?ca_certs=/etc/ca.pem"
    )

    assert address.hosts == ("https://es1:9201/search", "https://es2:9200")
    assert (address.user, address.password) == ("shop", "p@ss,word")
    assert (address.ca_certs, address.verify_certs) == ("/etc/ca.pem", True)


def test_a_password_is_never_shown() -> None:
    address = Address.parse("http://shop:secret@localhost:9200")

    assert str(address) == "http://localhost:9200"
    assert "secret" not in repr(address)


def test_verification_can_be_left_out_and_addresses_are_of_any_kind() -> None:
    assert not Address.parse("https://[::1]:9200?verify_certs=false").verify_certs
    assert Address.parse("http://[::1]").hosts == ("http://[::1]:9200",)


@pytest.mark.parametrize("url", ["", "localhost:9200", "redis://es", "http://es?verfy_certs=1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        Address.parse(url)
