"""Events, who listens to them, and writing them down."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from shop.core.models import OutboxMessage

NOTIFY_CHANNEL = "outbox"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base class of published facts; fields hold JSON values and ids, never model objects."""

    event_type: ClassVar[str]


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Subscription:
    """One handler of one kind of event; `name` is what its outbox rows are addressed to."""

    event_class: type[Event]
    handle: Callable[[Any], None]
    queue: str
    is_batch: bool
    # False where the handler waits for a network: no transaction may wait with it
    in_transaction: bool = True

    @property
    def name(self) -> str:
        return f"{self.handle.__module__}.{self.handle.__qualname__}:{self.event_class.event_type}"

    def deliver(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Run the handler: once with all events for a batch subscriber, else once for each."""
        events = [self.event_class(**payload) for payload in payloads]
        if self.is_batch:
            self.handle(events)
            return
        for event in events:
            self.handle(event)


_by_name: dict[str, Subscription] = {}
_by_event: dict[type[Event], list[Subscription]] = defaultdict(list)
_in_transaction: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(
    event_class: type[E],
    handle: Callable[[E], None],
    *,
    queue: str = "default",
    in_transaction: bool = True,
) -> None:
    """Have `handle` called with each `event_class`; it must bear being called twice.

    Its SQL commits with the removal of the event, unless `in_transaction` is false: then it
    commits by itself, and may wait for a network without holding locks.
    """
    _add(Subscription(event_class, handle, queue, is_batch=False, in_transaction=in_transaction))


def subscribe_batch(
    event_class: type[E], handle: Callable[[Sequence[E]], None], *, queue: str = "default"
) -> None:
    """Have `handle` called with up to 500 events at a time; it must bear repeats."""
    _add(Subscription(event_class, handle, queue, is_batch=True))


def subscribe_in_transaction(event_class: type[E], handle: Callable[[E], None]) -> None:
    """Have `handle` called inside the publisher's transaction: both commit or neither does."""
    if handle not in _in_transaction[event_class]:
        _in_transaction[event_class].append(handle)


def subscriptions() -> Mapping[str, Subscription]:
    return _by_name


def publish(event: Event, *, delay: timedelta = timedelta()) -> None:
    """Record `event` in the caller's transaction, so that both commit or neither does.

    Subscribers outside the transaction get it `delay` later at the earliest.

    :raises TransactionManagementError: outside an atomic block
    """
    publish_many([event], delay=delay)


def publish_many(events: Iterable[Event], *, delay: timedelta = timedelta()) -> None:
    """Record many events with one statement; synchronous subscribers are called in order.

    :raises TransactionManagementError: outside an atomic block
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() needs an atomic block.")
    available_at = timezone.now() + delay
    rows = []
    for event in events:
        for handle in _in_transaction[type(event)]:
            handle(event)
        rows += [
            OutboxMessage(
                event_type=event.event_type,
                subscriber=subscription.name,
                payload=asdict(event),
                available_at=available_at,
            )
            for subscription in _by_event[type(event)]
        ]
    if rows:
        OutboxMessage.objects.bulk_create(rows, batch_size=2000)
        _wake_relay()


def _add(subscription: Subscription) -> None:
    if subscription.name in _by_name:
        return
    _by_name[subscription.name] = subscription
    _by_event[subscription.event_class].append(subscription)


def _wake_relay() -> None:
    # PostgreSQL sends it at commit, and folds repeats of one transaction into one.
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {NOTIFY_CHANNEL}")
