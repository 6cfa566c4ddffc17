"""The stream of behavioural events: what shoppers search, see, click, save and buy.

`record` may lose an event and never slows a page down; `record_durable` raises instead, for
outbox handlers, which try again. A consumer group drains the stream.
"""

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings

from shop.core.breaker import Breaker
from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)

KEY = "interactions"
LONGEST = 1_000_000  # about 300 MB: what a collector that is down for long may miss is the oldest

breaker = Breaker()


@dataclass(frozen=True, kw_only=True)
class StreamEntry:
    """One event as read; `entry_id` is Redis' own, `event` the recorded JSON object."""

    entry_id: str
    event: dict[str, Any]


def record(kind: str, *, visitor: str, customer_id: int | None = None, **fields: Any) -> None:
    """Put an event on the stream, or quietly let it go while Redis does not answer."""
    record_many(kind, [fields], visitor=visitor, customer_id=customer_id)


def record_many(
    kind: str, events: Sequence[Mapping[str, Any]], *, visitor: str, customer_id: int | None = None
) -> None:
    """Put several events of a kind on the stream in one go, or quietly let them go."""
    if not events or not breaker.allows():
        return
    about = {"kind": kind, "visitor": visitor, "customer_id": customer_id}
    try:
        _add(*(about | event for event in map(dict, events)))
    except (redis.RedisError, OSError):
        breaker.trip()
        logger.warning("Could not record events; going on without them.")


def record_durable(
    kind: str, *, visitor: str = "", customer_id: int | None = None, **fields: Any
) -> None:
    """Put an event on the stream.

    :raises StoreUnavailable: if it did not get there
    """
    if not breaker.allows():
        raise StoreUnavailable("Redis", "it did not answer a moment ago")
    try:
        _add({"kind": kind, "visitor": visitor, "customer_id": customer_id, **fields})
    except (redis.RedisError, OSError) as error:
        breaker.trip()
        raise StoreUnavailable("Redis", str(error)) from error


def read_group(group: str, consumer: str, *, count: int, block_ms: int) -> list[StreamEntry]:
    """Return up to `count` entries that nobody of `group` has read yet.

    :raises StoreUnavailable: if Redis does not answer
    """
    try:
        _ensure_group(group)
        answer: Any = client().xreadgroup(
            group, consumer, {KEY: ">"}, count=count, block=block_ms or None
        )
    except (redis.RedisError, OSError) as error:
        raise StoreUnavailable("Redis", str(error)) from error
    return _entries(answer[0][1]) if answer else []


def claim_stale(group: str, consumer: str, *, idle_ms: int, count: int) -> list[StreamEntry]:
    """Take over entries that a consumer read but has not acknowledged for `idle_ms`.

    :raises StoreUnavailable: if Redis does not answer
    """
    try:
        _ensure_group(group)
        answer: Any = client().xautoclaim(
            KEY, group, consumer, min_idle_time=idle_ms, start_id="0-0", count=count
        )
    except (redis.RedisError, OSError) as error:
        raise StoreUnavailable("Redis", str(error)) from error
    return _entries(answer[1])


def ack(group: str, entry_ids: Sequence[str]) -> None:
    """Mark entries as done with.

    :raises StoreUnavailable: if Redis does not answer; they will come again
    """
    if not entry_ids:
        return
    try:
        client().xack(KEY, group, *entry_ids)
    except (redis.RedisError, OSError) as error:
        raise StoreUnavailable("Redis", str(error)) from error


@lru_cache(maxsize=1)
def client() -> "redis.Redis":
    """Return this process's connection pool to the stream's database."""
    return redis.Redis.from_url(
        settings.REDIS_STREAM,
        decode_responses=True,
        # An entry that is no text is refused by its reader; it must not block the ones behind it.
        encoding_errors="backslashreplace",
        socket_timeout=2,
        max_connections=settings.REDIS_POOL_SIZE,
        **({} if settings.REDIS_STREAM.startswith("unix") else {"socket_connect_timeout": 0.3}),
    )


@lru_cache(maxsize=1)
def _writer() -> "redis.Redis":
    """Return the client of pages: they must not wait for a Redis that hangs."""
    return redis.Redis.from_url(
        settings.REDIS_STREAM, socket_timeout=0.5, max_connections=settings.REDIS_POOL_SIZE
    )


def _add(*events: Mapping[str, Any]) -> None:
    pipeline = _writer().pipeline(transaction=False)
    for fields in events:
        event = {
            "event_id": str(uuid.uuid4()),
            "occurred_at": datetime.now(UTC).isoformat(),
            **fields,
        }
        pipeline.xadd(KEY, {"event": json.dumps(event)}, maxlen=LONGEST, approximate=True)
    pipeline.execute()


def _ensure_group(group: str) -> None:
    try:
        client().xgroup_create(KEY, group, id="0", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


def _entries(rows: Sequence[tuple[str, dict[str, str] | None]]) -> list[StreamEntry]:
    # A trimmed entry comes back without fields.
    return [
        StreamEntry(entry_id=entry_id, event=_decoded(fields))
        for entry_id, fields in rows
        if fields
    ]


def _decoded(fields: dict[str, str]) -> dict[str, Any]:
    """Return the event; what is none must not block the ones behind it, its reader refuses it."""
    try:
        event = json.loads(fields["event"])
    except (KeyError, ValueError):
        event = None
    return event if isinstance(event, dict) else {"unreadable": fields}
