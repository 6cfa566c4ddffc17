"""The outbox delivers each event at least once to each subscriber, whatever happens."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shop.core import outbox
from shop.core.models import OutboxMessage
from shop.core.outbox import events
from shop.core.outbox.leases import MOST_OUT, lease_due, lease_time

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class LampLit(outbox.Event):
    event_type = "test.lamp-lit"

    lamp: int


class Recorder:
    """Handlers that remember, and fail when told to."""

    def __init__(self) -> None:
        self.singles: list[int] = []
        self.batches: list[list[int]] = []
        self.refuse: set[int] = set()

    def one(self, event: LampLit) -> None:
        if event.lamp in self.refuse:
            raise RuntimeError("burnt out")
        self.singles.append(event.lamp)

    def many(self, batch: Sequence[LampLit]) -> None:
        if any(event.lamp in self.refuse for event in batch):
            raise RuntimeError("burnt out")
        self.batches.append([event.lamp for event in batch])


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    yield recorder
    for subscription in events._by_event.pop(LampLit, []):
        events._by_name.pop(subscription.name)
    events._in_transaction.pop(LampLit, None)


def light(*lamps: int) -> None:
    with transaction.atomic():
        outbox.publish_many(LampLit(lamp=lamp) for lamp in lamps)


def make_due() -> None:
    OutboxMessage.objects.update(available_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_publishing_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        outbox.publish(LampLit(lamp=1))


def test_each_subscriber_gets_the_event_once(
    recorder: Recorder, drain_outbox: Callable[[], int]
) -> None:
    outbox.subscribe(LampLit, recorder.one)
    outbox.subscribe_batch(LampLit, recorder.many)

    light(1, 2)

    assert OutboxMessage.objects.count() == 4
    assert drain_outbox() == 4
    assert recorder.singles == [1, 2]
    assert recorder.batches == [[1, 2]]
    assert OutboxMessage.objects.count() == 0


def test_a_failed_single_is_postponed_and_the_others_arrive(recorder: Recorder) -> None:
    outbox.subscribe(LampLit, recorder.one)
    recorder.refuse = {2}
    light(1, 2, 3)

    assert outbox.deliver_due(now=timezone.now()) == 2

    row = OutboxMessage.objects.get()
    assert recorder.singles == [1, 3]
    assert (row.attempts, row.last_error) == (1, "RuntimeError: burnt out")
    assert row.available_at > timezone.now() + timedelta(seconds=1)


def test_one_bad_row_does_not_hold_up_its_batch_for_ever(recorder: Recorder) -> None:
    outbox.subscribe_batch(LampLit, recorder.many)
    recorder.refuse = {2}
    light(1, 2, 3)
    outbox.deliver_due(now=timezone.now())
    make_due()

    outbox.deliver_due(now=timezone.now() + timedelta(seconds=1))

    assert sorted(recorder.batches) == [[1], [3]]
    assert OutboxMessage.objects.get().payload == {"lamp": 2}


def test_a_leased_row_is_offered_again_only_when_its_lease_has_run_out(recorder: Recorder) -> None:
    outbox.subscribe(LampLit, recorder.one)
    light(1)
    now = timezone.now()
    lease_due(now=now, limit=10)  # the worker that had it was killed

    assert lease_due(now=now + lease_time() / 2, limit=10) == []
    assert outbox.deliver_due(now=now + lease_time()) == 1
    assert recorder.singles == [1]


def test_what_fails_for_a_day_is_parked_and_can_be_replayed(recorder: Recorder) -> None:
    outbox.subscribe(LampLit, recorder.one)
    recorder.refuse = {1}
    light(1)
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(days=2))
    outbox.deliver_due(now=timezone.now())
    row = OutboxMessage.objects.get()
    assert row.parked_at is not None
    make_due()
    assert outbox.deliver_due(now=timezone.now()) == 0

    recorder.refuse = set()

    assert outbox.replay(ids=[row.id], now=timezone.now()) == 1
    assert outbox.deliver_due(now=timezone.now()) == 1
    assert recorder.singles == [1]


def test_a_row_for_an_unknown_subscriber_is_kept() -> None:
    OutboxMessage.objects.create(event_type="x", subscriber="gone.handler", payload={})

    assert outbox.deliver_due(now=timezone.now()) == 0

    assert "gone.handler" in OutboxMessage.objects.get().last_error


def test_a_refusing_subscriber_in_the_transaction_rolls_the_publisher_back(
    recorder: Recorder,
) -> None:
    outbox.subscribe_in_transaction(LampLit, recorder.one)
    outbox.subscribe_batch(LampLit, recorder.many)
    recorder.refuse = {1}

    with pytest.raises(RuntimeError):
        light(1)

    assert OutboxMessage.objects.count() == 0


def test_an_import_becomes_few_batches(recorder: Recorder) -> None:
    outbox.subscribe_batch(LampLit, recorder.many)
    light(*range(1200))

    outbox.deliver_due(now=timezone.now())

    assert [len(batch) for batch in recorder.batches] == [500, 500, 200]


def test_a_handler_that_keeps_killing_its_worker_is_parked_after_a_day(
    recorder: Recorder,
) -> None:
    outbox.subscribe(LampLit, recorder.one)
    light(1)
    now = timezone.now()
    for _ in range(10):
        batch = lease_due(now=now, limit=10)[0]
        batch.rows().update(attempts=F("attempts") + 1)  # begun, and killed
        now += lease_time()

    assert lease_due(now=now + timedelta(days=1), limit=10) == []

    assert OutboxMessage.objects.get().parked_at is not None


def test_a_row_that_waits_for_an_absent_worker_goes_on_waiting(recorder: Recorder) -> None:
    outbox.subscribe(LampLit, recorder.one)
    light(1)
    now = timezone.now() + timedelta(days=3)
    for _ in range(20):
        lease_due(now=now, limit=10)
        now += lease_time()

    assert outbox.deliver_due(now=now) == 1


def test_a_handler_that_waits_for_a_network_runs_outside_a_transaction(
    recorder: Recorder,
) -> None:
    outbox.subscribe(LampLit, recorder.one, in_transaction=False)
    recorder.refuse = {2}
    light(1, 2)

    assert outbox.deliver_due(now=timezone.now()) == 1

    assert recorder.singles == [1]
    assert OutboxMessage.objects.get().payload == {"lamp": 2}


def test_a_subscriber_gets_no_more_than_its_workers_can_finish(recorder: Recorder) -> None:
    outbox.subscribe_batch(LampLit, recorder.many)
    light(*range(MOST_OUT + 700))
    now = timezone.now()

    first = lease_due(now=now, limit=10_000)

    assert sum(batch.rows().count() for batch in first) == MOST_OUT
    assert lease_due(now=now, limit=10_000) == []
    outbox.deliver_leased(lease=first[0].lease, subscriber=first[0].subscriber)
    assert sum(batch.rows().count() for batch in lease_due(now=now, limit=10_000)) == 500


def test_a_batch_lost_with_its_worker_comes_again_as_a_batch(recorder: Recorder) -> None:
    outbox.subscribe_batch(LampLit, recorder.many)
    light(1, 2, 3)
    now = timezone.now()
    lease_due(now=now, limit=10)[0].rows().update(attempts=1)  # begun, and killed

    outbox.deliver_due(now=now + lease_time())

    assert recorder.batches == [[1, 2, 3]]
