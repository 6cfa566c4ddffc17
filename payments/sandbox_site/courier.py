"""Carries out plans whose time has come and delivers webhooks until the shop says 2xx.

Everything it knows is in the books, so after a kill the next process goes on where this one ended;
a webhook whose answer was lost in between is sent again with the same event id.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from payments.sandbox_site.announcements import SIGNATURE_HEADER, signature_header
from payments.sandbox_site.bank import Bank
from payments.sandbox_site.records import Delivery
from payments.sandbox_site.refunds import finish_refund
from payments.sandbox_site.sessions import capture, read_session

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 60.0
TIMEOUT = httpx.Timeout(10.0, connect=2.0)
WORKERS = 8


class Courier:
    """A loop in a thread of its own with a few threads that carry."""

    def __init__(self, bank: Bank, *, webhook_url: str, retry_seconds: float) -> None:
        self._bank = bank
        self._url = webhook_url
        self._retry_seconds = retry_seconds
        self._client = httpx.Client(timeout=TIMEOUT)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="courier")
        self._on_the_way: set[int] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the deliveries under way."""
        self._stopped.set()
        self._bank.bell.set()
        self._thread.join()
        self._pool.shutdown()
        self._client.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._bank.bell.clear()
            try:
                carry_out_plans(self._bank)
                self._dispatch()
            except Exception:  # the loop is the last one to give up: say so and go on
                logger.exception("Could not look after plans and webhooks")
            self._bank.bell.wait(IDLE_SECONDS)

    def _dispatch(self) -> None:
        for delivery in self._due():
            self._on_the_way.add(delivery.id)
            self._pool.submit(self._deliver, delivery)

    def _due(self) -> list[Delivery]:
        # Looked at before the rows: one that ends in between must not be read as still waiting.
        on_the_way = set(self._on_the_way)
        with self._bank.books.reading() as sql:
            rows = sql.execute(
                "SELECT id, event_id, body, flaw, attempts, max_attempts FROM deliveries"
                " WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT 200",
                [self._bank.now()],
            ).fetchall()
        found = [Delivery(**dict(row)) for row in rows]
        return [delivery for delivery in found if delivery.id not in on_the_way]

    def _deliver(self, delivery: Delivery) -> None:
        try:
            answer, accepted = self._send(delivery)
            self._note(delivery, answer=answer, accepted=accepted)
        except Exception:  # a worker thread has nobody else to tell
            logger.exception("Could not deliver a webhook", extra={"event": delivery.event_id})
        finally:
            self._on_the_way.discard(delivery.id)

    def _send(self, delivery: Delivery) -> tuple[str, bool]:
        signature = signature_header(delivery, secret=self._bank.secret, now=self._bank.now())
        headers = {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}
        try:
            response = self._client.post(self._url, content=delivery.body, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__, False
        return str(response.status_code), response.is_success

    def _note(self, delivery: Delivery, *, answer: str, accepted: bool) -> None:
        attempts = delivery.attempts + 1
        state = "waiting"
        if accepted:
            state = "delivered"
        elif attempts >= delivery.max_attempts:
            state = "given_up"
        wait = min(self._retry_seconds * 2 ** min(attempts - 1, 20), LONGEST_WAIT_SECONDS)
        with self._bank.books.transaction() as sql:
            sql.execute(
                "UPDATE deliveries SET attempts = ?, state = ?, answer = ?, due_at = ?"
                " WHERE id = ?",
                [attempts, state, answer, self._bank.now() + wait, delivery.id],
            )
        logger.info("webhook %s: %s (%s)", delivery.event_id, answer, state)


def carry_out_plans(bank: Bank) -> None:
    """Do what is due; a plan disappears in the transaction that fulfils it."""
    with bank.books.transaction() as sql:
        due = sql.execute(
            "SELECT * FROM plans WHERE due_at <= ? ORDER BY due_at, id", [bank.now()]
        ).fetchall()
        for plan in due:
            if plan["kind"] == "capture":
                session = read_session(sql, ref=plan["ref"], now=bank.now())
                capture(bank, sql, session=session)
            else:
                state = "done" if plan["kind"] == "refund_done" else "failed"
                finish_refund(bank, sql, ref=plan["ref"], state=state)
            sql.execute("DELETE FROM plans WHERE id = ?", [plan["id"]])
