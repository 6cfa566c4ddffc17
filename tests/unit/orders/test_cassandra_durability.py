"""No archive is set up so that the loss of one node takes orders along, unless it says so."""

from pathlib import Path

import pytest
from cassandra import ConsistencyLevel
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError

from orders.archives.cassandra import CassandraOrderArchive
from orders.archives.cassandra.durability import DURABLE, Copies
from shop.store_settings import store_settings

URL = "cassandra://127.0.0.1:1/shop"


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("CASSANDRA_URL", URL)
    return monkeypatch


@pytest.mark.parametrize("name", [*ConsistencyLevel.name_to_value, "MOST", ""])
def test_the_settings_and_the_store_take_the_same_levels(
    env: pytest.MonkeyPatch, name: str, tmp_path: Path
) -> None:
    env.setenv("CASSANDRA_CONSISTENCY", name)

    if name in {"LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL"}:
        options = store_settings(Env(), tmp_path)["order_archive"]["OPTIONS"]
        assert options["consistency"] == name
        CassandraOrderArchive(**options)
        return
    with pytest.raises(EnvValidationError, match="CASSANDRA_CONSISTENCY"):
        store_settings(Env(), tmp_path)
    with pytest.raises(ImproperlyConfigured, match="CASSANDRA_CONSISTENCY"):
        CassandraOrderArchive(url=URL, consistency=name)


def test_what_is_durable_by_default(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env.delenv("CASSANDRA_CONSISTENCY", raising=False)

    options = store_settings(Env(), tmp_path)["order_archive"]["OPTIONS"]

    assert options["consistency"] in DURABLE


def told(replication: dict[str, str], *, wanted: int, nodes: int) -> str:
    copies = Copies.of({"class": "org.apache.cassandra.locator.X", **replication}, "dc1")
    return copies.warning(wanted=wanted, datacenter="dc1", nodes=nodes)


@pytest.mark.parametrize(
    ("replication", "wanted", "nodes"),
    [
        ({"dc1": "1"}, 1, 1),
        ({"dc1": "3"}, 3, 3),
        ({"dc1": "3/1"}, 3, 5),
        ({"dc1": "1", "dc2": "1"}, 1, 2),
        ({"replication_factor": "2"}, 2, 2),
    ],
)
def test_enough_copies_are_not_worth_a_word(
    replication: dict[str, str], wanted: int, nodes: int
) -> None:
    assert told(replication, wanted=wanted, nodes=nodes) == ""


@pytest.mark.parametrize(
    ("replication", "copies"),
    [
        ({"dc1": "1"}, 1),
        ({"dc1": "2", "dc2": "3"}, 2),
        ({"dc2": "3"}, 0),
        ({"replication_factor": "2"}, 2),
    ],
)
def test_a_keyspace_that_differs_from_the_settings(
    replication: dict[str, str], copies: int
) -> None:
    detail = told(replication, wanted=3, nodes=1)

    assert f"keeps {copies} copies in dc1, CASSANDRA_REPLICATION says 3" in detail
    assert "one of" not in detail


@pytest.mark.parametrize("replication", [{"dc1": "1"}, {"replication_factor": "1"}])
def test_one_copy_among_many_nodes(replication: dict[str, str]) -> None:
    assert told(replication, wanted=1, nodes=3) == (
        "Each order is on one of 3 nodes only and is lost with it."
    )
