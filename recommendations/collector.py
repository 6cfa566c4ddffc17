"""Drains the event stream into the lake.

An entry is acknowledged only after the file with its event is durable, or the event is parked:
killed at any point, the collector (or another one) finds the rest as unread or as unacknowledged.
"""

import json
import socket
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recommendations.interactions import BadInteraction, Interaction, read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.models import ParkedEvent
from shop.core import stream
from shop.core.stream import StreamEntry

GROUP = "lake"
BATCH = 5000
MOST_BATCHES = 100
LEFT_BEHIND_MS = 120_000
LONGEST_PARKED = 20_000


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What a run did with the events it found."""

    kept: int = 0
    parked: int = 0

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(kept=self.kept + other.kept, parked=self.parked + other.parked)


def collect(lake: EventLake, *, now: datetime, left_behind_ms: int = LEFT_BEHIND_MS) -> Collected:
    """Drain the stream, first what another collector left behind.

    :raises StoreUnavailable: when stream or lake do not answer; nothing is lost
    """
    consumer = socket.gethostname()
    total = Collected()
    for _ in range(MOST_BATCHES):
        entries = stream.claim_stale(
            GROUP, consumer, idle_ms=left_behind_ms, count=BATCH
        ) or stream.read_group(GROUP, consumer, count=BATCH, block_ms=0)
        if not entries:
            break
        total += _keep(lake, entries, now=now)
        stream.ack(GROUP, [entry.entry_id for entry in entries])
    return total


def _keep(lake: EventLake, entries: Sequence[StreamEntry], *, now: datetime) -> Collected:
    by_partition: dict[Partition, list[Interaction]] = defaultdict(list)
    parked = []
    for entry in entries:
        try:
            interaction = read_interaction(entry.event, now=now)
        except BadInteraction as error:
            parked.append(_parked(entry, error, now))
        else:
            by_partition[Partition(interaction.kind, interaction.day)].append(interaction)
    for partition in sorted(by_partition):
        lake.write(partition, by_partition[partition])
    ParkedEvent.objects.bulk_create(parked, ignore_conflicts=True)
    return Collected(kept=len(entries) - len(parked), parked=len(parked))


def _parked(entry: StreamEntry, error: BadInteraction, now: datetime) -> ParkedEvent:
    return ParkedEvent(
        entry_id=entry.entry_id,
        content=json.dumps(entry.event)[:LONGEST_PARKED],
        reason=str(error)[:500],
        parked_at=now,
    )
