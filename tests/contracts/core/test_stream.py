"""What Redis promises of the event stream, the embedded one and a server with a password."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings

from shop.core import stream
from shop.core.errors import StoreUnavailable
from shop.store_settings import redis_url
from tests.faulty_proxy import FaultyProxy
from tests.real_servers import server_url

DATABASE = 14  # no other test and no process uses it
GROUP = "lake"


def read(consumer: str = "one", count: int = 100) -> list[stream.StreamEntry]:
    return stream.read_group(GROUP, consumer, count=count, block_ms=0)


def kinds(entries: list[stream.StreamEntry]) -> list[str]:
    return [str(entry.event["kind"]) for entry in entries]


def seconds_of(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


def view() -> None:
    stream.record("viewed", visitor="v")


def views(count: int) -> None:
    for _ in range(count):
        view()


@pytest.fixture
def use(settings: LazySettings) -> Iterator[Callable[[str], None]]:
    """Let the stream be at a URL; "" is the embedded one."""

    def choose(url: str) -> None:
        _forget_clients()
        settings.REDIS_STREAM = redis_url(url, DATABASE, settings.EMBEDDED)
        stream.breaker.reset()

    yield choose
    _forget_clients()
    stream.breaker.reset()


def _forget_clients() -> None:
    for made in (stream.client, stream._writer):
        if made.cache_info().currsize:
            made().close()
        made.cache_clear()


@pytest.fixture(params=["embedded", pytest.param("redis", marks=pytest.mark.servers)])
def empty(request: pytest.FixtureRequest, use: Callable[[str], None]) -> Iterator[None]:
    """Have an empty stream."""
    use("" if request.param == "embedded" else server_url("redis"))
    stream.client().flushdb()
    yield
    stream.client().flushdb()


@pytest.fixture
def proxy(use: Callable[[str], None]) -> Iterator[FaultyProxy]:
    parts = urlsplit(server_url("redis"))
    with FaultyProxy((parts.hostname or "", parts.port or 0)) as proxy:
        use(f"redis://:{parts.password or ''}@127.0.0.1:{proxy.port}")
        stream.client().flushdb()
        yield proxy


def test_events_come_in_order_with_all_they_were_given(empty: None) -> None:
    stream.record("searched", visitor="v-1", customer_id=7, text="café 大", found=3)
    stream.record_durable("ordered", number="P-1", lines=[{"sku": "A"}])

    first, second = sorted(read(), key=lambda entry: str(entry.event["occurred_at"]))

    assert (first.event["text"], first.event["customer_id"]) == ("café 大", 7)
    assert (second.event["kind"], second.event["lines"]) == ("ordered", [{"sku": "A"}])
    assert first.event["event_id"] != second.event["event_id"]
    assert first.event["occurred_at"] <= second.event["occurred_at"]
    assert read() == []


def test_several_events_go_in_one_go_and_in_order(empty: None) -> None:
    stream.record_many("shown", [{"place": "a"}, {"place": "b"}], visitor="v-1", customer_id=7)
    stream.record_many("shown", [], visitor="v-1")

    events = [entry.event for entry in read()]

    assert [(event["place"], event["visitor"], event["customer_id"]) for event in events] == [
        ("a", "v-1", 7),
        ("b", "v-1", 7),
    ]
    assert len({event["event_id"] for event in events}) == 2


def test_a_group_reads_what_came_before_it_and_each_group_reads_all(empty: None) -> None:
    view()

    assert kinds(read()) == ["viewed"]
    assert len(stream.read_group("mail", "one", count=10, block_ms=0)) == 1


def test_no_more_than_asked_for_are_read(empty: None) -> None:
    for _ in range(5):
        view()

    assert [len(read(count=2)) for _ in range(4)] == [2, 2, 1, 0]


def test_a_reader_may_wait_a_while(empty: None) -> None:
    assert read() == []

    assert 0.1 <= seconds_of(lambda: stream.read_group(GROUP, "a", count=1, block_ms=150)) < 1


def test_what_a_dead_consumer_left_is_taken_over(empty: None) -> None:
    for _ in range(3):
        view()
    left = read("dead")
    stream.ack(GROUP, [left[0].entry_id])

    assert stream.claim_stale(GROUP, "heir", idle_ms=60_000, count=10) == []
    assert stream.claim_stale(GROUP, "heir", idle_ms=0, count=10) == left[1:]
    stream.ack(GROUP, [entry.entry_id for entry in left])
    stream.ack(GROUP, [])

    assert stream.claim_stale(GROUP, "heir", idle_ms=0, count=10) == []
    assert read("heir") == []


def test_entries_that_were_trimmed_away_do_not_come_back_empty(empty: None) -> None:
    for _ in range(4):
        view()
    left = read("dead")
    stream.client().xtrim(stream.KEY, maxlen=1, approximate=False)

    assert stream.claim_stale(GROUP, "heir", idle_ms=0, count=10) == left[3:]


def test_however_many_events_may_be_lost_they_push_out_none_that_may_not(empty: None) -> None:
    stream.record_durable("ordered")
    views(3)

    stream.client().xtrim(stream.KEY, maxlen=1, approximate=False)  # as when it is full

    assert sorted(kinds(read())) == ["ordered", "viewed"]


def test_a_durable_event_goes_when_every_group_is_done_with_it(empty: None) -> None:
    def left() -> int:
        return int(stream.client().xlen(stream.DURABLE_KEY))

    def ids(group: str) -> list[str]:
        entries = stream.read_group(group, "one", count=10, block_ms=0)
        return [entry.entry_id for entry in entries]

    for _ in range(3):
        stream.record_durable("ordered")
    lake, mail = ids(GROUP), ids("mail")

    stream.ack(GROUP, lake)
    assert left() == 3
    stream.ack("mail", mail[1:])
    assert left() == 3
    stream.ack("mail", mail[:1])

    # Redis keeps the last one: how far the groups have come.
    assert left() == 1
    stream.record_durable("ordered")
    assert len(ids(GROUP)) == 1


def test_the_oldest_entry_that_waits_is_the_first_unread_or_not_acknowledged(empty: None) -> None:
    def came(entry: stream.StreamEntry) -> float:
        return int(entry.entry_id.rpartition("/")[2].partition("-")[0]) / 1000

    def waits_since() -> float:
        oldest = stream.oldest_waiting(GROUP)
        assert oldest is not None
        return oldest.timestamp()

    assert stream.oldest_waiting(GROUP) is None
    view()
    time.sleep(0.01)
    stream.record_durable("ordered")
    lost, durable = sorted(stream.read_group("other", "me", count=9, block_ms=0), key=came)

    assert waits_since() == pytest.approx(came(lost), abs=0.0005)
    read()
    assert waits_since() == pytest.approx(came(lost), abs=0.0005)
    stream.ack(GROUP, [lost.entry_id])
    assert waits_since() == pytest.approx(came(durable), abs=0.0005)
    stream.ack(GROUP, [durable.entry_id])
    assert stream.oldest_waiting(GROUP) is None


def test_what_is_no_event_does_not_block_those_behind_it(empty: None) -> None:
    raw = stream.client()
    rows: list[dict[Any, Any]] = [
        {"event": "{not json"},
        {"event": "[1]"},
        {"other": "field"},
        {"event": b"\xff\xfe"},
        {b"\xff": "field"},
    ]
    for fields in rows:
        raw.xadd(stream.KEY, fields)
    view()

    entries = read("dead")
    again = stream.claim_stale(GROUP, "heir", idle_ms=0, count=10)

    assert ["unreadable" in entry.event for entry in entries] == [True] * 5 + [False]
    assert again == entries


def test_concurrent_consumers_get_each_entry_once(empty: None) -> None:
    for _ in range(400):
        view()

    def drain(number: int) -> list[str]:
        found: list[str] = []
        while entries := read(f"consumer-{number}", count=7):
            found += [entry.entry_id for entry in entries]
            stream.ack(GROUP, [entry.entry_id for entry in entries])
        return found

    with ThreadPoolExecutor(4) as pool:
        found = [entry_id for each in pool.map(drain, range(4)) for entry_id in each]

    assert len(found) == len(set(found)) == 400
    assert stream.claim_stale(GROUP, "heir", idle_ms=0, count=10) == []


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "unix:///nowhere/redis.sock"])
def test_without_a_server_pages_lose_events_and_readers_are_told(
    use: Callable[[str], None], url: str
) -> None:
    use(url)

    assert seconds_of(view) < 0.6
    assert seconds_of(lambda: views(100)) < 0.1
    with pytest.raises(StoreUnavailable):
        stream.record_durable("ordered")
    with pytest.raises(StoreUnavailable):
        read()
    with pytest.raises(StoreUnavailable):
        stream.claim_stale(GROUP, "one", idle_ms=0, count=1)
    with pytest.raises(StoreUnavailable):
        stream.ack(GROUP, [f"{stream.KEY}/1-1"])
    with pytest.raises(StoreUnavailable):
        stream.oldest_waiting(GROUP)


@pytest.mark.servers
def test_a_wrong_password_is_an_outage(use: Callable[[str], None]) -> None:
    parts = urlsplit(server_url("redis"))
    use(f"redis://:wrong@{parts.hostname}:{parts.port}")

    assert seconds_of(view) < 0.6
    with pytest.raises(StoreUnavailable):
        read()
    stream.breaker.reset()
    with pytest.raises(StoreUnavailable):
        stream.record_durable("ordered")


@pytest.mark.servers
def test_a_server_that_hangs_costs_a_page_one_time_out(proxy: FaultyProxy) -> None:
    view()
    proxy.hang()

    assert seconds_of(view) < 1
    assert seconds_of(lambda: views(100)) < 0.1
    with pytest.raises(StoreUnavailable):
        stream.record_durable("ordered")


@pytest.mark.servers
def test_a_reader_of_a_server_that_hangs_is_told_in_time(proxy: FaultyProxy) -> None:
    view()
    assert len(read()) == 1
    proxy.hang()

    def read_in_vain() -> None:
        with pytest.raises(StoreUnavailable):
            read()

    assert seconds_of(read_in_vain) < 4


@pytest.mark.servers
def test_events_go_on_over_a_new_connection(proxy: FaultyProxy) -> None:
    view()
    assert len(read()) == 1
    proxy.cut()

    stream.record_durable("ordered")

    assert kinds(read()) == ["ordered"]


@pytest.mark.servers
def test_a_durable_event_gets_there_once_the_server_is_back(proxy: FaultyProxy) -> None:
    proxy.refuse()
    with pytest.raises(StoreUnavailable):
        stream.record_durable("ordered")

    proxy.heal()
    stream.breaker.reset()  # the pause is over
    stream.record_durable("ordered")

    assert kinds(read()) == ["ordered"]
