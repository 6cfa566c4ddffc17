"""What the item store in MongoDB asks of its server, and what it survives of it."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from catalog.stores.base import ItemNotStorable
from catalog.stores.mongo import MongoItemStore
from tests.contracts.catalog.documents import document
from tests.contracts.catalog.mongo import (
    DATABASE,
    PATIENCE,
    SHORT,
    address,
    mongo_store,
    proxied,
    proxied_url,
)
from tests.faulty_proxy import FaultyProxy
from tests.real_servers import server_url

pytestmark = pytest.mark.servers


class Commands(CommandListener):
    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.sent]

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append((event.command_name, event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


@pytest.fixture(params=["mongodb", "mongodb-java"])
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_page_of_any_size_is_one_read(server: str) -> None:
    commands = Commands()
    with mongo_store(server, listeners=[commands]) as store:
        store.setup()
        store.upsert([document(number) for number in range(1, 301)])
        commands.sent.clear()

        store.get_by_sku("SKU-7")
        assert commands.names == ["find"]
        store.get_many_by_sku([f"SKU-{number}" for number in range(1, 25)])
        assert commands.names == ["find"] * 2
        store.get_many(range(1, 301))
        assert commands.names == ["find"] * 3
        store.get_many([])
        store.get_many_by_sku([])
        assert commands.names == ["find"] * 3
        assert len(list(store.scan(batch=200))) == 300
        assert commands.names == ["find"] * 5


def test_every_call_has_a_time_limit_and_every_write_waits_for_the_journals(server: str) -> None:
    commands = Commands()
    with mongo_store(server, listeners=[commands], timeout_seconds=3.0) as store:
        store.upsert([document()])
        store.delete(1, 2)
        store.get_many([1])
        assert commands.names == ["update", "update", "find"]

    limits = [command["maxTimeMS"] for _, command in commands.sent[:3]]
    assert all(10_000 < limit <= 15_000 for limit in limits[:2])
    assert 2_000 < limits[2] <= 3_000
    for _, command in commands.sent[:2]:
        assert command["writeConcern"] == {"w": "majority", "j": True}


def test_setup_by_many_at_once_makes_one_index_and_records_its_version(server: str) -> None:
    with mongo_store(server) as store, mongo_store(server) as other:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda number: (store, other)[number % 2].setup(), range(6)))

        with MongoClient[dict[str, Any]](server_url(server)) as client:
            database = client[DATABASE]
            keys = {
                name: index["key"] for name, index in database.items.index_information().items()
            }
            assert keys == {"_id_": [("_id", 1)], "skus": [("skus", 1)]}
            assert list(database.schema_versions.find()) == [{"_id": "items", "version": 1}]


def test_an_older_program_leaves_the_version_of_a_newer_one(server: str) -> None:
    with mongo_store(server) as store:
        store.setup()
        with MongoClient[dict[str, Any]](server_url(server)) as client:
            client[DATABASE].schema_versions.update_one({}, {"$set": {"version": 7}})

            store.setup()

            assert list(client[DATABASE].schema_versions.find()) == [
                {"_id": "items", "version": 7}
            ]


def test_without_setup_it_says_that_it_is_not_ready(server: str) -> None:
    with mongo_store(server) as store:
        status = store.ping()

    assert (status.answers, status.detail) == (False, "not set up yet")


def test_a_document_mongodb_cannot_hold_is_told_by_product_and_the_others_are_written(
    server: str,
) -> None:
    with mongo_store(server) as store:
        huge = document(2, description="x" * 16 * 1024 * 1024)
        largest = document(3, description="x" * 15_900_000)

        with pytest.raises(ItemNotStorable, match=r"product 2 .* bytes are more") as caught:
            store.upsert([document(1), huge, largest])

        assert caught.value.product_id == 2
        assert list(store.scan()) == [(1, 1), (3, 1)]
        with pytest.raises(ItemNotStorable, match="product 1 "):
            store.upsert([document(1, 2**63)])


def test_our_own_mistakes_rise_as_they_are_and_close_nothing(server: str) -> None:
    with mongo_store(server) as store:
        with pytest.raises(InvalidDocument):
            store.get_many([object()])  # type: ignore[list-item]

        assert store.get_many([1]) == {}


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("mongodb://a:1,b:2", "parcelwise at a:1,b:2"),
        ("mongodb://u:p%40@a:1,b:2/shop?replicaSet=rs0", "shop at a:1,b:2"),
        ("mongodb+srv://u:p@cluster.example/?w=1", "parcelwise at cluster.example"),
    ],
)
def test_the_location_names_servers_and_database(url: str, location: str) -> None:
    assert MongoItemStore(url=url, timeout_seconds=0.1).ping().location == location


def test_ping_tells_of_a_url_that_is_none() -> None:
    status = MongoItemStore(url="mongodb://a:port/shop", timeout_seconds=0.1).ping()

    assert status.answers is False
    assert status.detail


def test_nothing_is_opened_before_the_first_call(server: str) -> None:
    with FaultyProxy(address(server)) as proxy:
        store = MongoItemStore(url=proxied_url(proxy), timeout_seconds=SHORT)
        time.sleep(0.1)

        assert proxy.connections == 0
        store.close()


def test_threads_share_a_pool_that_is_no_larger_than_told(server: str) -> None:
    with proxied(server, timeout_seconds=PATIENCE, pool_size=3) as (proxy, store):
        store.upsert([document()])

        with ThreadPoolExecutor(12) as pool:
            found = list(pool.map(lambda _: store.get(1).revision, range(200)))

        assert found == [1] * 200
        # The pool's, and at most two by which the driver watches the server.
        assert proxy.connections <= 3 + 2


def test_a_forked_process_opens_connections_of_its_own(server: str) -> None:
    with mongo_store(server) as store:
        store.upsert([document()])
        fork = multiprocessing.get_context("fork")

        children = [
            fork.Process(target=write_as_a_child, args=(store, number)) for number in (2, 3)
        ]
        for child in children:
            child.start()
        found = [store.get(1).revision for _ in range(50)]
        for child in children:
            child.join(30)

        assert [child.exitcode for child in children] == [0, 0]
        assert found == [1] * 50
        assert list(store.scan()) == [(1, 1), (2, 1), (3, 1)]


def write_as_a_child(store: MongoItemStore, number: int) -> None:
    store.upsert([document(number)])
    assert store.get(1).revision == 1
    store.close()
