"""The `timers` process: payment deadlines and the outbox relay, on SQL alone if need be.

Three loops, a thread each: the relay, the sweep over `expires_at`, and Redis' expiry events.
Each goes on after any error; more than one such process may run.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import psycopg
import redis
from django.db import close_old_connections, connection
from django.db.utils import DatabaseError, InterfaceError
from django.utils import timezone

from payments import deadlines
from payments.expiry import expire_here, send_due
from payments.selectors import due_payments
from shop.core.outbox.events import NOTIFY_CHANNEL
from shop.core.outbox.relay import relay_due

logger = logging.getLogger(__name__)

UNREACHABLE = (DatabaseError, InterfaceError, psycopg.Error, redis.RedisError, OSError)
POLL_SECONDS = 1.0
SWEEP_SECONDS = 1.0
PAUSE_AFTER_ERROR = 1.0
# A payment that a worker has not timed out so much later is timed out here.
WORKER_SECONDS = 10.0


class Timers:
    """The three loops, until `stop` is set."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._sent: dict[UUID, float] = {}
        self._lock = threading.Lock()

    def run(self) -> None:
        """Run until told to stop."""
        loops = [self._relay, self._sweep, self._listen]
        threads = [
            threading.Thread(target=self._forever, args=(loop,), name=loop.__name__, daemon=True)
            for loop in loops
        ]
        for thread in threads:
            thread.start()
        self.stop.wait()
        for thread in threads:
            thread.join(timeout=3)

    def _forever(self, loop: Callable[[], None]) -> None:
        while not self.stop.is_set():
            try:
                loop()
            except (
                DatabaseError,
                InterfaceError,
                psycopg.Error,
                redis.RedisError,
                OSError,
            ) as error:
                logger.warning("%s: %s; going on in a moment.", loop.__name__, error)
            except deadlines.MissingExpiryEvents as error:
                logger.warning("%s The sweep times payments out.", error)
                self.stop.wait(60)
            except Exception:
                # A loop that ended would leave payments hanging: log it and go on.
                logger.exception("A timer loop failed.")
            close_old_connections()
            self.stop.wait(PAUSE_AFTER_ERROR)

    def _relay(self) -> None:
        """Relay what is due, woken by `NOTIFY` or after a second."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {NOTIFY_CHANNEL}")
        driver = connection.connection
        while not self.stop.is_set():
            while relay_due(now=timezone.now()):
                pass
            # Either way it is time to look again.
            for _ in driver.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass

    def _sweep(self) -> None:
        while not self.stop.is_set():
            now = timezone.now()
            self._send(due_payments(now=now), now)
            self.stop.wait(SWEEP_SECONDS)

    def _listen(self) -> None:
        for payment_id in deadlines.listen(timeout_seconds=1.0):
            if self.stop.is_set():
                return
            if payment_id is not None:
                # Redis' clock and SQL's may differ by a moment; the sweep has the last word.
                self._send([payment_id], timezone.now())

    def _send(self, payment_ids: list[UUID], now: datetime) -> None:
        fresh, overdue = self._sort(payment_ids, time.monotonic())
        send_due(fresh, now=now)
        # No worker came to them: it is dead, hung or busy.
        expire_here(overdue, now=now)

    def _sort(self, payment_ids: list[UUID], moment: float) -> tuple[list[UUID], list[UUID]]:
        """Return the payments not sent yet, and those sent long ago and still due."""
        with self._lock:
            fresh = [each for each in payment_ids if each not in self._sent]
            overdue = [
                each
                for each in payment_ids
                if each in self._sent and moment - self._sent[each] >= WORKER_SECONDS
            ]
            self._sent |= dict.fromkeys([*fresh, *overdue], moment)
            kept = self._sent.items()
            self._sent = {each: at for each, at in kept if moment - at < 3 * WORKER_SECONDS}
        return fresh, overdue
