"""What Redis promises of payment windows, the embedded one and a server with a password."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
import redis
from django.conf import LazySettings
from django.utils import timezone

from payments import deadlines
from shop.store_settings import redis_url
from tests.faulty_proxy import FaultyProxy
from tests.real_servers import server_url

DATABASE = 13  # no other test and no process uses it


def start(seconds: float) -> UUID:
    payment_id, now = uuid4(), timezone.now()
    deadlines.start(payment_id=payment_id, expires_at=now + timedelta(seconds=seconds), now=now)
    return payment_id


def told(listener: Iterator[UUID | None], seconds: float, most: int = 10**6) -> list[UUID]:
    """Return what the listener tells until it has told `most` or the time is over."""
    found: list[UUID] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and len(found) < most:
        payment_id = next(listener)
        if payment_id:
            found.append(payment_id)
    return found


def seconds_of(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


@pytest.fixture
def use(settings: LazySettings) -> Iterator[Callable[[str], None]]:
    """Let payment windows use the server at a URL; "" is the embedded one."""

    def choose(url: str) -> None:
        _forget_clients()
        settings.REDIS_DEADLINES = redis_url(url, DATABASE, settings.EMBEDDED)
        deadlines.breaker.reset()

    yield choose
    _forget_clients()
    deadlines.breaker.reset()


def _forget_clients() -> None:
    for made in (deadlines.client, deadlines.listening_client):
        if made.cache_info().currsize:
            made().close()
        made.cache_clear()


@pytest.fixture(params=["embedded", pytest.param("redis", marks=pytest.mark.servers)])
def listener(
    request: pytest.FixtureRequest, use: Callable[[str], None]
) -> Iterator[Iterator[UUID | None]]:
    """Yield a listener that listens already."""
    use("" if request.param == "embedded" else server_url("redis"))
    deadlines.client().flushdb()
    listening = deadlines.listen(timeout_seconds=0.1)
    assert next(listening) is None
    yield listening
    listening.close()  # type: ignore[attr-defined]
    deadlines.client().flushdb()


@pytest.fixture
def proxy(use: Callable[[str], None]) -> Iterator[FaultyProxy]:
    parts = urlsplit(server_url("redis"))
    with FaultyProxy((parts.hostname or "", parts.port or 0)) as proxy:
        use(f"redis://:{parts.password or ''}@127.0.0.1:{proxy.port}")
        yield proxy


def test_the_end_of_a_window_is_told(listener: Iterator[UUID | None]) -> None:
    payment_id = start(0.2)

    assert told(listener, 5, most=1) == [payment_id]


def test_a_window_that_is_over_already_is_told_too(listener: Iterator[UUID | None]) -> None:
    payment_id = start(-3)

    assert told(listener, 5, most=1) == [payment_id]


def test_a_settled_payment_is_not_told(listener: Iterator[UUID | None]) -> None:
    payment_id = start(0.3)
    deadlines.stop(payment_id=payment_id)
    deadlines.stop(payment_id=payment_id)

    assert told(listener, 1) == []


def test_starting_a_clock_anew_sets_it(listener: Iterator[UUID | None]) -> None:
    payment_id, now = start(0.3), timezone.now()
    deadlines.start(payment_id=payment_id, expires_at=now + timedelta(seconds=60), now=now)

    assert told(listener, 1) == []
    assert 50_000 < int(deadlines.client().pttl(f"{deadlines.PREFIX}{payment_id}")) <= 60_000


def test_each_of_many_is_told_once(listener: Iterator[UUID | None]) -> None:
    started = {uuid4() for _ in range(400)}
    waiting = {uuid4() for _ in range(100)}
    # At once and by a patient client: on a busy machine the other gives up, as it should.
    with deadlines.listening_client().pipeline() as pipeline:
        for number, payment_id in enumerate(started):
            pipeline.set(f"{deadlines.PREFIX}{payment_id}", "open", px=500 + number)
        for payment_id in waiting:
            pipeline.set(f"{deadlines.PREFIX}{payment_id}", "open", px=600_000)
        pipeline.execute()

    found = told(listener, 15, most=len(started))

    assert sorted(found) == sorted(started)
    assert told(listener, 0.5) == []
    assert waiting.isdisjoint(found)


def test_other_keys_are_none_of_ours(
    listener: Iterator[UUID | None], settings: LazySettings
) -> None:
    deadlines.client().set("payment:what is this", "open", px=50)
    deadlines.client().set("something else", "open", px=50)
    deadlines.client().set(b"payment:\xff", "open", px=50)
    url = settings.REDIS_DEADLINES.replace(str(DATABASE), str(DATABASE + 1))
    with redis.Redis.from_url(url) as elsewhere:
        elsewhere.set(f"{deadlines.PREFIX}{uuid4()}", "open", px=50)

    assert told(listener, 1) == []


def test_a_server_that_tells_nothing_is_found_out(use: Callable[[str], None]) -> None:
    # On the embedded one alone: it is this test run's own.
    use("")
    before = str(deadlines.client().config_get("notify-keyspace-events")["notify-keyspace-events"])
    try:
        for flags in ("", "E", "Kx", "Eg"):
            deadlines.client().config_set("notify-keyspace-events", flags)
            with pytest.raises(deadlines.MissingExpiryEvents):
                next(deadlines.listen(timeout_seconds=0.1))
        for flags in ("Ex", "KEA"):
            deadlines.client().config_set("notify-keyspace-events", flags)
            listening = deadlines.listen(timeout_seconds=0.1)
            assert next(listening) is None
            listening.close()  # type: ignore[attr-defined]
    finally:
        deadlines.client().config_set("notify-keyspace-events", before)


@pytest.mark.servers
def test_a_wrong_password_is_logged_and_costs_nothing(
    use: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    parts = urlsplit(server_url("redis"))
    use(f"redis://:wrong@{parts.hostname}:{parts.port}")

    assert seconds_of(lambda: start(60)) < 2
    assert seconds_of(lambda: [start(60) for _ in range(50)]) < 0.1

    ours = [each for each in caplog.records if each.name == "payments.deadlines"]
    assert [each.getMessage() for each in ours] == [
        "Could not start a payment's clock; the sweep times it."
    ]
    with pytest.raises(redis.RedisError):
        next(deadlines.listen(timeout_seconds=0.1))


@pytest.mark.servers
def test_a_server_that_hangs_costs_one_time_out(proxy: FaultyProxy) -> None:
    payment_id = start(60)
    proxy.hang()

    assert (
        seconds_of(lambda: deadlines.stop(payment_id=payment_id)) < 2 * deadlines.COMMAND_SECONDS
    )
    assert seconds_of(lambda: [start(60) for _ in range(50)]) < 0.1


@pytest.mark.servers
def test_a_server_that_is_gone_costs_a_moment(proxy: FaultyProxy) -> None:
    start(60)
    proxy.refuse()

    assert seconds_of(lambda: start(60)) < 2 * deadlines.COMMAND_SECONDS
    assert seconds_of(lambda: [start(60) for _ in range(50)]) < 0.1


@pytest.mark.servers
def test_clocks_go_on_over_a_new_connection(proxy: FaultyProxy) -> None:
    start(60)
    proxy.cut()

    payment_id = start(60)

    assert deadlines.breaker.allows()
    assert deadlines.client().exists(f"{deadlines.PREFIX}{payment_id}")


@pytest.mark.servers
def test_a_listener_that_was_cut_off_raises_and_can_listen_again(proxy: FaultyProxy) -> None:
    listening = deadlines.listen(timeout_seconds=0.1)
    assert next(listening) is None
    proxy.refuse()
    with pytest.raises(redis.RedisError):
        told(listening, 30)

    proxy.heal()
    again = deadlines.listen(timeout_seconds=0.1)
    assert next(again) is None
    payment_id = start(0.2)
    assert told(again, 5, most=1) == [payment_id]
    again.close()  # type: ignore[attr-defined]
