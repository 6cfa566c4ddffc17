"""Payment windows in Redis: a key for each open payment that vanishes when its time is over.

Redis only times them. SQL's `expires_at` is the truth, and the sweep goes by that alone, so
every failure here is logged and forgotten.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings

from shop.core.breaker import Breaker

logger = logging.getLogger(__name__)

PREFIX = "payment:"
COMMAND_SECONDS = 0.5
breaker = Breaker()


def start(*, payment_id: UUID, expires_at: datetime, now: datetime) -> None:
    """Start the payment's clock, or set it anew."""
    milliseconds = max(1, int((expires_at - now).total_seconds() * 1000))
    _try("start", lambda: client().set(f"{PREFIX}{payment_id}", "open", px=milliseconds))


def stop(*, payment_id: UUID) -> None:
    """Take the clock away: the payment is settled."""
    _try("stop", lambda: client().delete(f"{PREFIX}{payment_id}"))


def listen(*, timeout_seconds: float) -> Iterator[UUID | None]:
    """Yield each payment whose time is over, and None when there was none for a while.

    Events that come while nobody listens are lost, and may be late among many keys.

    :raises redis.RedisError: when the connection breaks
    :raises MissingExpiryEvents: if the server does not announce expired keys
    """
    _check_announcements()
    number = listening_client().connection_pool.connection_kwargs.get("db", 0)
    with listening_client().pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe(f"__keyevent@{number}__:expired")
        while True:
            message = listener.get_message(timeout=timeout_seconds)
            yield _payment_of(message["data"]) if message else None


class MissingExpiryEvents(Exception):
    """Redis' `notify-keyspace-events` lacks `Ex`: windows end by the sweep alone."""


def _check_announcements() -> None:
    setting = listening_client().config_get("notify-keyspace-events")
    flags = setting.get("notify-keyspace-events") or ""
    if not ("E" in flags and ("x" in flags or "A" in flags)):
        raise MissingExpiryEvents(f"notify-keyspace-events is {flags!r}; it needs 'Ex'.")


@lru_cache(maxsize=1)
def client() -> "redis.Redis":
    """Return the client of web requests, which must not wait for a clock."""
    return redis.Redis.from_url(
        settings.REDIS_DEADLINES,
        decode_responses=True,
        socket_timeout=COMMAND_SECONDS,
        max_connections=settings.REDIS_POOL_SIZE,
    )


@lru_cache(maxsize=1)
def listening_client() -> "redis.Redis":
    return redis.Redis.from_url(
        settings.REDIS_DEADLINES,
        decode_responses=True,
        encoding_errors="backslashreplace",  # the name of somebody else's key may be no text
        socket_timeout=5,
        health_check_interval=10,
    )


def _payment_of(key: str) -> UUID | None:
    try:
        return UUID(key.removeprefix(PREFIX))
    except ValueError:
        return None


def _try(what: str, call: Callable[[], object]) -> None:
    if not breaker.allows():
        return
    try:
        call()
    except (redis.RedisError, OSError):
        breaker.trip()
        logger.warning("Could not %s a payment's clock; the sweep times it.", what)
