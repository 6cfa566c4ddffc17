"""The stream of behavioural events: what shoppers search, see, click, save and buy.

`record` may lose an event and never slows a page down; `record_durable` raises instead, for
outbox handlers, which try again. The two kinds are kept apart, so that however many events may be
lost, they push out none that may not. A consumer group drains both.
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
DURABLE_KEY = "interactions-durable"  # never cut: what every group is done with goes by itself
KEYS = (DURABLE_KEY, KEY)
LONGEST = 1_000_000  # about 300 MB: what a collector that is down for long may miss is the oldest

breaker = Breaker()


@dataclass(frozen=True, kw_only=True)
class StreamEntry:
    """One event as read; `entry_id` has the stream and Redis' own, `event` is a JSON object."""

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
        _add(KEY, *(about | event for event in map(dict, events)))
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
        about = {"kind": kind, "visitor": visitor, "customer_id": customer_id}
        _add(DURABLE_KEY, about | fields)
    except (redis.RedisError, OSError) as error:
        breaker.trip()
        raise StoreUnavailable("Redis", str(error)) from error


def read_group(group: str, consumer: str, *, count: int, block_ms: int) -> list[StreamEntry]:
    """Return entries that nobody of `group` has read yet: of each kind up to `count`.

    :raises StoreUnavailable: if Redis does not answer
    """
    try:
        _ensure_group(group)
        answer: Any = client().xreadgroup(
            group, consumer, dict.fromkeys(KEYS, ">"), count=count, block=block_ms or None
        )
    except (redis.RedisError, OSError) as error:
        raise StoreUnavailable("Redis", str(error)) from error
    return [entry for key, rows in answer or () for entry in _entries(key, rows)]


def claim_stale(group: str, consumer: str, *, idle_ms: int, count: int) -> list[StreamEntry]:
    """Take over entries that a consumer read but has not acknowledged for `idle_ms`.

    :raises StoreUnavailable: if Redis does not answer
    """
    entries = []
    try:
        _ensure_group(group)
        for key in KEYS:
            answer: Any = client().xautoclaim(
                key, group, consumer, min_idle_time=idle_ms, start_id="0-0", count=count
            )
            entries += _entries(key, answer[1])
    except (redis.RedisError, OSError) as error:
        raise StoreUnavailable("Redis", str(error)) from error
    return entries


def ack(group: str, entry_ids: Sequence[str]) -> None:
    """Mark entries as done with.

    :raises StoreUnavailable: if Redis does not answer; they will come again
    """
    by_key: dict[str, list[str]] = {}
    for entry_id in entry_ids:
        key, _, own_id = entry_id.rpartition("/")
        by_key.setdefault(key, []).append(own_id)
    try:
        for key, own_ids in by_key.items():
            client().xack(key, group, *own_ids)
        if DURABLE_KEY in by_key:
            _drop_finished()
    except (redis.RedisError, OSError) as error:
        raise StoreUnavailable("Redis", str(error)) from error


def oldest_waiting(group: str) -> datetime | None:
    """Return when the oldest entry came that `group` is not done with, None if there is none.

    :raises StoreUnavailable: if Redis does not answer
    """
    try:
        _ensure_group(group)
        waiting = [entry_id for key in KEYS for entry_id in _first_waiting(key, group)]
    except (redis.RedisError, OSError) as error:
        raise StoreUnavailable("Redis", str(error)) from error
    came = (int(entry_id.partition("-")[0]) for entry_id in waiting)
    return min((datetime.fromtimestamp(each / 1000, UTC) for each in came), default=None)


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


def _add(key: str, *events: Mapping[str, Any]) -> None:
    longest = LONGEST if key == KEY else None
    pipeline = _writer().pipeline(transaction=False)
    for fields in events:
        event = {
            "event_id": str(uuid.uuid4()),
            "occurred_at": datetime.now(UTC).isoformat(),
            **fields,
        }
        pipeline.xadd(key, {"event": json.dumps(event)}, maxlen=longest, approximate=True)
    pipeline.execute()


def _ensure_group(group: str) -> None:
    for key in KEYS:
        try:
            client().xgroup_create(key, group, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise


def _first_waiting(key: str, group: str) -> list[str]:
    """Return the ids of the first entry that was read but not acknowledged, and the first unread.

    What was read is asked for last: read in between, an entry is in both answers, not in none.
    """
    groups: Any = client().xinfo_groups(key)
    last_read = next(each["last-delivered-id"] for each in groups if each["name"] == group)
    unread: Any = client().xrange(key, min=f"({last_read}", count=1)
    pending: Any = client().xpending(key, group)
    return [*(entry_id for entry_id, _ in unread), *filter(None, [pending["min"]])]


def _drop_finished() -> None:
    """Delete the durable entries that come before all that some group is not done with."""
    groups: Any = client().xinfo_groups(DURABLE_KEY)
    reached = []
    for each in groups:
        pending: Any = client().xpending(DURABLE_KEY, each["name"])
        # What is read from here on comes after what was read last.
        reached.append(pending["min"] or each["last-delivered-id"])
    if reached:
        client().xtrim(DURABLE_KEY, minid=min(reached, key=_order), approximate=False)


def _order(entry_id: str) -> tuple[int, int]:
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence)


def _entries(key: str, rows: Sequence[tuple[str, dict[str, str] | None]]) -> list[StreamEntry]:
    # A trimmed entry comes back without fields.
    return [
        StreamEntry(entry_id=f"{key}/{entry_id}", event=_decoded(fields))
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
