"""What only an engine on a server must stand: faults on the way to it, and other users of it."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from django.db import connection

from search.documents import SearchDocument
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.documents import SearchRecordDocument
from search.errors import NothingToRollBack
from search.types import SearchQuery
from shop.core.errors import StoreUnavailable
from tests.factories.search import (
    document,
    elasticsearch_client,
    make_elasticsearch_engine,
    new_index_name,
    record_of,
    remove_indexes,
    variant,
)
from tests.faulty_proxy import Certificates, FaultyProxy
from tests.real_servers import server_url

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def index() -> Iterator[str]:
    yield new_index_name()
    remove_indexes()


@pytest.fixture
def engine(index: str) -> ElasticsearchEngine:
    built = make_elasticsearch_engine(index)
    built.setup()
    return built


@pytest.fixture
def server() -> tuple[str, int]:
    parts = urlsplit(server_url("elasticsearch"))
    return parts.hostname or "", parts.port or 0


def total(engine: ElasticsearchEngine, text: str = "") -> int:
    return engine.search(SearchQuery(text=text)).total


class TestFaults:
    def test_a_silent_server_costs_one_time_out_and_then_nothing(
        self, index: str, engine: ElasticsearchEngine, server: tuple[str, int]
    ) -> None:
        engine.index([document(1)])
        with FaultyProxy(server) as proxy:
            distant = make_elasticsearch_engine(
                index,
                url=f"http://127.0.0.1:{proxy.port}",
                timeout_seconds=0.5,
                pause_seconds=30,
            )
            proxy.hang()

            started = time.monotonic()
            with pytest.raises(StoreUnavailable):
                total(distant, "stove")
            first = time.monotonic() - started
            with pytest.raises(StoreUnavailable, match="a moment ago"):
                total(distant)
            second = time.monotonic() - started - first

        assert 0.4 < first < 2
        assert second < 0.1

    def test_the_same_engine_answers_again_when_the_server_is_back(
        self, index: str, engine: ElasticsearchEngine, server: tuple[str, int]
    ) -> None:
        engine.index([document(1)])
        with FaultyProxy(server) as proxy:
            distant = make_elasticsearch_engine(
                index,
                url=f"http://127.0.0.1:{proxy.port}",
                timeout_seconds=2,
                pause_seconds=0.3,
            )
            assert total(distant) == 1

            proxy.refuse()
            with pytest.raises(StoreUnavailable):
                total(distant)
            assert not distant.ping().answers
            proxy.heal()
            time.sleep(0.4)

            assert total(distant) == 1
            assert distant.ping().answers

    def test_another_node_answers_for_one_that_is_gone(
        self, index: str, engine: ElasticsearchEngine
    ) -> None:
        engine.index([document(1)])
        with socket.socket() as nobody:  # bound, but not listening
            nobody.bind(("127.0.0.1", 0))
            gone = f"http://127.0.0.1:{nobody.getsockname()[1]}"
            both = f"{gone},{server_url('elasticsearch')}"
            distant = make_elasticsearch_engine(index, url=both, pause_seconds=30)

            assert [total(distant) for _ in range(4)] == [1, 1, 1, 1]

    def test_a_blocked_index_takes_no_writes_and_is_still_read(
        self, index: str, engine: ElasticsearchEngine
    ) -> None:
        engine.index([document(1)])
        with elasticsearch_client() as client:
            client.indices.put_settings(index=index, settings={"index.blocks.write": True})

            with pytest.raises(StoreUnavailable, match="block"):
                engine.index([document(2)])
            assert total(engine) == 1

            client.indices.put_settings(index=index, settings={"index.blocks.write": False})
        assert engine.index([document(2)]) == 1

    def test_without_an_index_nothing_is_answered_nor_made(self, index: str) -> None:
        fresh = make_elasticsearch_engine(index)

        with pytest.raises(StoreUnavailable):
            total(fresh)
        with pytest.raises(StoreUnavailable):
            fresh.index([document(1)])
        assert not fresh.ping().answers

        fresh.setup()
        assert total(fresh) == 0
        assert fresh.ping().answers


class TestSetup:
    def test_no_empty_index_is_made_where_it_would_hide_products(self, index: str) -> None:
        record_of(document(1)).save()
        wiped = make_elasticsearch_engine(index)

        wiped.setup()

        status = wiped.ping()
        assert (status.answers, status.detail) == (False, "not built yet: run rebuild_search")
        with pytest.raises(StoreUnavailable):
            total(wiped)
        with pytest.raises(StoreUnavailable):
            wiped.suggest("stove")
        with pytest.raises(StoreUnavailable):
            wiped.index([document(2)])

    def test_the_first_rebuild_shows_nothing_until_it_is_promoted(self, index: str) -> None:
        record_of(document(1)).save()
        wiped = make_elasticsearch_engine(index)
        wiped.setup()

        draft = wiped.begin_rebuild()
        draft.index([document(1)])
        with pytest.raises(StoreUnavailable):
            total(wiped)
        draft.promote()

        assert total(wiped) == 1
        assert wiped.ping().answers
        with pytest.raises(NothingToRollBack):
            wiped.roll_back()

    def test_a_removed_products_record_does_not_keep_a_shop_from_its_first_index(
        self, index: str
    ) -> None:
        record = record_of(document(1))
        record.is_published = False
        record.save()
        fresh = make_elasticsearch_engine(index)

        fresh.setup()

        assert total(fresh) == 0

    def test_a_first_index_without_its_alias_is_told_and_gone_with_a_rebuild(
        self, index: str
    ) -> None:
        broken = make_elasticsearch_engine(index)
        with elasticsearch_client() as client:
            client.indices.create(index=f"{index}-00000000-000000-000000")

        with pytest.raises(StoreUnavailable, match="run rebuild_search"):
            broken.setup()
        broken.begin_rebuild().promote()

        broken.setup()
        assert broken.index([document(1)]) == 1
        assert total(broken) == 1


class TestSecurity:
    def test_password_and_certificate_are_used(
        self,
        index: str,
        engine: ElasticsearchEngine,
        server: tuple[str, int],
        tmp_path: Path,
    ) -> None:
        certificates = Certificates()
        known = certificates.write_authority(str(tmp_path / "ca.pem"))
        stranger = Certificates().write_authority(str(tmp_path / "stranger.pem"))
        engine.index([document(1)])

        with FaultyProxy(
            server, tls=certificates.server_context(), credentials="shop:s3cr:t/@"
        ) as proxy:

            def distant(password: str, authority: str) -> ElasticsearchEngine:
                place = f"localhost:{proxy.port}"
                url = f"https://shop:{password}@{place}?ca_certs={authority}&verify_certs=true"
                return make_elasticsearch_engine(index, url=url)

            right = distant("s3cr%3At%2F%40", known)
            assert total(right) == 1
            assert "s3cr" not in str(right.ping())

            for wrong in (distant("wrong", known), distant("s3cr%3At%2F%40", stranger)):
                with pytest.raises(StoreUnavailable) as refused:
                    total(wrong)
                assert "s3cr" not in str(refused.value)
                assert not wrong.ping().answers


class TestWriting:
    def test_writers_and_removers_in_any_order_leave_the_newest_state(
        self, engine: ElasticsearchEngine
    ) -> None:
        random = Random(11)
        moves = [(product_id, revision) for product_id in range(1, 9) for revision in range(1, 16)]
        random.shuffle(moves)

        def apply(move: tuple[int, int]) -> int:
            product_id, revision = move
            if revision % 3 == product_id % 3:
                return engine.delete({product_id: revision})
            return engine.index([document(product_id, revision=revision)])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(apply, moves))

        living = {product_id for product_id in range(1, 9) if product_id % 3}
        assert dict(engine.scan()) == dict.fromkeys(living, 15)
        assert total(engine) == len(living)

    def test_many_variants_and_a_long_description_are_one_document(
        self, engine: ElasticsearchEngine
    ) -> None:
        variants = [
            variant(f"V-{n}", price=1_000 + n, options={"Size": f"S{n}"}, warehouses=[f"W{n % 7}"])
            for n in range(500)
        ]
        engine.index([document(1, description="filler " * 150_000 + "needle", variants=variants)])

        found = engine.search(
            SearchQuery(text="needle", options={"Size": ("S123",)}, warehouses=(f"W{123 % 7}",))
        )

        assert [hit.sku for hit in found.hits] == ["V-123"]
        assert engine.search(SearchQuery(options={"Size": ("S1",)}, warehouses=("W2",))).total == 0

    def test_values_of_any_script_and_length_are_kept(self, engine: ElasticsearchEngine) -> None:
        name = "Größe 尺寸 💥"
        engine.index(
            [
                document(
                    1,
                    title="Ελληνικός καφές 日本 \u202e💥",
                    brand="Žluťoučký",
                    attributes={"note": "x" * 40_000},
                    variants=[variant("Ü-1", options={name: "große/円 \x1e"})],
                )
            ]
        )

        for text in ("ελληνικός", "žluťoučký", "zlutoucky", "日本"):
            assert total(engine, text) == 1, text
        chosen = engine.search(SearchQuery(options={name: ("große/円 \x1e",)}))
        assert [hit.sku for hit in chosen.hits] == ["Ü-1"]
        assert engine.has_filter(f"opt.{name}")

    def test_a_record_is_written_with_its_revision(self) -> None:
        record = record_of(document(7, revision=42))

        (action,) = SearchRecordDocument().get_actions([record], "index")
        (removal,) = SearchRecordDocument().get_actions([record], "delete")

        assert (action["_id"], action["version"]) == (7, 42)
        assert action["_source"]["title"] == "Camp stove"
        assert (removal["_op_type"], removal["version"]) == ("index", 42)
        assert removal["_source"] == {"product_id": 7, "revision": 42, "is_live": False}


class TestGenerations:
    def test_a_killed_rebuild_is_cleared_away_and_nothing_of_others(
        self, index: str, engine: ElasticsearchEngine
    ) -> None:
        neighbor = make_elasticsearch_engine(f"{index}-other")
        neighbor.setup()
        killed = engine.begin_rebuild()
        killed.index([document(1)])

        engine.begin_rebuild().promote()
        engine.begin_rebuild().promote()
        engine.begin_rebuild().promote()

        with elasticsearch_client() as client:
            names = set(client.indices.get(index=f"{index}-*"))
        assert len({name for name in names if "other" not in name}) == 2
        assert total(neighbor) == 0

    def test_a_swap_is_never_seen_as_an_empty_or_double_index(
        self, engine: ElasticsearchEngine
    ) -> None:
        batch = [document(n) for n in range(1, 11)]
        engine.index(batch)
        stop, seen = threading.Event(), set[int]()

        def look() -> None:
            while not stop.is_set():
                seen.add(total(engine))

        watcher = threading.Thread(target=look)
        watcher.start()
        for _ in range(4):
            draft = engine.begin_rebuild()
            draft.index(batch)
            draft.promote()
        engine.roll_back()
        stop.set()
        watcher.join()

        assert seen == {10}

    def test_an_index_of_another_version_is_told(
        self, index: str, engine: ElasticsearchEngine
    ) -> None:
        assert engine.ping().detail == "0 products"

        with elasticsearch_client() as client:
            client.indices.put_mapping(index=index, meta={"definition": "older"})

        assert "run rebuild_search" in engine.ping().detail
        engine.begin_rebuild().promote()
        assert engine.ping().detail == "0 products"

    def test_two_first_starts_at_once_make_one_index(self, index: str) -> None:
        engines = [make_elasticsearch_engine(index) for _ in range(4)]

        def start(engine: ElasticsearchEngine) -> None:
            engine.setup()
            connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(start, engines))

        assert engines[0].index([document(1)]) == 1
        assert total(engines[1]) == 1

    def test_a_swap_is_good_though_an_old_index_cannot_be_removed(
        self, index: str, engine: ElasticsearchEngine, caplog: pytest.LogCaptureFixture
    ) -> None:
        draft = engine.begin_rebuild()
        draft.index([document(1)])
        stuck = f"{index}-20260101-000000-abcdef"
        with elasticsearch_client() as client:
            client.indices.create(index=stuck, settings={"index.blocks.read_only": True})
            try:
                draft.promote()
                engine.begin_rebuild().discard()
            finally:
                client.indices.put_settings(
                    index=stuck, settings={"index.blocks.read_only": False}
                )

            assert total(engine) == 1
            assert "Could not remove old search indexes." in caplog.messages
            engine.begin_rebuild()
            assert not client.indices.exists(index=stuck)

    def test_a_draft_asks_the_cluster_whether_it_is_live(
        self, index: str, engine: ElasticsearchEngine
    ) -> None:
        draft = engine.begin_rebuild()
        draft.index([document(1)])
        with elasticsearch_client() as client:
            (live,) = client.indices.get_alias(name=index)
            names = set(client.indices.get(index=f"{index}-*"))
            actions = [
                {"remove": {"index": live, "alias": index}},
                {"add": {"index": (names - {live}).pop(), "alias": index}},
            ]
            client.indices.update_aliases(actions=actions)

        draft.discard()

        assert engine.index([document(2)]) == 1
        assert total(engine) == 2


class TestRoundTrips:
    @pytest.fixture
    def stocked(self, engine: ElasticsearchEngine) -> ElasticsearchEngine:
        engine.index(catalogue())
        return engine

    @pytest.mark.parametrize(
        ("text", "most"),
        [
            ("", 1),
            ("headphones", 2),
            ("wireless headphones", 2),
            ("wireless coffee", 2),
            ("coffee headphones", 3),
            ("wirless headpones", 4),
            ("tn-2110", 3),
        ],
    )
    def test_a_search_is_answered_in_few(
        self,
        stocked: ElasticsearchEngine,
        caplog: pytest.LogCaptureFixture,
        text: str,
        most: int,
    ) -> None:
        with caplog.at_level(logging.INFO, logger="elastic_transport.transport"):
            found = stocked.search(SearchQuery(text=text, warehouses=("RNO",)))

        trips = [each for each in caplog.records if each.name == "elastic_transport.transport"]
        assert found.total > 0
        assert len(trips) <= most


def catalogue() -> list[SearchDocument]:
    headphones = [document(n, title=f"Wireless headphones model {n}") for n in range(1, 21)]
    makers = [document(n, title=f"Coffee maker series {n}") for n in range(21, 41)]
    return [
        *headphones,
        *makers,
        document(50, title="Toner TN-2110"),
        document(51, title="Wireless coffee timer"),
    ]
