"""What a shopper, or a test in the shopper's place, may do on the payment page."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from payments.sandbox_site.announcements import Announcement, announce, pretend
from payments.sandbox_site.bank import Bank
from payments.sandbox_site.errors import BadRequest, SessionAlreadyPaid, SessionClosed
from payments.sandbox_site.records import Session
from payments.sandbox_site.sessions import capture, read_session, set_state

LATE_BY_SECONDS = 1.0
MAX_DELAY_SECONDS = 86_400.0
MAX_COPIES = 50


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing done in a session; `delay_seconds` and `copies` where the action knows them."""

    action: str
    delay_seconds: float | None = None
    copies: int = 2

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            known = ", ".join(sorted(ACTIONS))
            raise BadRequest(f"action: {self.action!r} is not one of {known}")
        if not 0 <= (self.delay_seconds or 0) <= MAX_DELAY_SECONDS:
            raise BadRequest(f"delay_seconds: must be between 0 and {MAX_DELAY_SECONDS:.0f}")
        if not 1 <= self.copies <= MAX_COPIES:
            raise BadRequest(f"copies: must be between 1 and {MAX_COPIES}")


def perform(bank: Bank, *, ref: str, act: Act) -> Session:
    """Do it and return the session afterwards.

    :raises SessionClosed: when the act needs an open session and this one is not
    :raises UnknownReference: when there is no such session
    """
    with bank.books.transaction() as sql:
        session = read_session(sql, ref=ref, now=bank.now())
        ACTIONS[act.action](bank, sql, session, act)
        after = read_session(sql, ref=ref, now=bank.now())
    bank.bell.set()
    return after


def _require_open(session: Session) -> None:
    if session.state == "paid":
        raise SessionAlreadyPaid("this payment was made already")
    if session.state != "open":
        raise SessionClosed(f"this payment session is {session.state}")


def _pay(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    _require_open(session)
    capture(bank, sql, session=session, webhook_delay=act.delay_seconds or 0)


def _pay_and_answer_often(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    _require_open(session)
    capture(bank, sql, session=session, webhooks=act.copies)


def _pay_without_answer(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    _require_open(session)
    capture(bank, sql, session=session, webhooks=0)


def _pay_late(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    """Plan a capture that no cancelling or expiring stops: a bank that took the money anyway."""
    if session.state == "paid":
        raise SessionAlreadyPaid("this payment was made already")
    due_at = (
        max(session.expires_at, bank.now()) + LATE_BY_SECONDS
        if act.delay_seconds is None
        else bank.now() + act.delay_seconds
    )
    sql.execute(
        "INSERT INTO plans (kind, ref, due_at) VALUES ('capture', ?, ?)", [session.ref, due_at]
    )


def _decline(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    _require_open(session)
    set_state(sql, ref=session.ref, state="failed")
    _tell(bank, sql, session, act, kind="payment.failed", reason="card_declined")


def _decline_one_card(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    """Refuse a card but leave the session open; the shop hears of it, and need not care."""
    _require_open(session)
    sql.execute(
        "UPDATE sessions SET declined_cards = declined_cards + 1 WHERE ref = ?", [session.ref]
    )
    _tell(bank, sql, session, act, kind="payment.card_declined", reason="card_declined")


def _cancel(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    _require_open(session)
    set_state(sql, ref=session.ref, state="cancelled")
    _tell(bank, sql, session, act, kind="payment.cancelled", reason="cancelled_by_shopper")


def _leave(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    """Do nothing: the shopper walks away."""


def _lie(bank: Bank, sql: sqlite3.Connection, session: Session, act: Act) -> None:
    """Send, once, a "paid" the shop must not believe; no money moves."""
    lie = Announcement(
        kind="payment.succeeded",
        session=session,
        told=pretend(session, flaw=act.action),
        capture_ref="cap_never_taken",
        flaw=act.action,
        max_attempts=1,
        due_at=bank.now() + (act.delay_seconds or 0),
    )
    announce(sql, lie, now=bank.now())


def _tell(
    bank: Bank, sql: sqlite3.Connection, session: Session, act: Act, *, kind: str, reason: str
) -> None:
    message = Announcement(
        kind=kind,
        session=session,
        reason=reason,
        max_attempts=bank.webhook_attempts,
        due_at=bank.now() + (act.delay_seconds or 0),
    )
    announce(sql, message, now=bank.now())


LIES = ("bad_signature", "old_timestamp", "wrong_amount", "wrong_currency", "unknown_payment")

ACTIONS: Mapping[str, Callable[[Bank, sqlite3.Connection, Session, Act], None]] = {
    "pay": _pay,
    "twice": _pay_and_answer_often,
    "pay_silently": _pay_without_answer,
    "late": _pay_late,
    "decline": _decline,
    "decline_once": _decline_one_card,
    "cancel": _cancel,
    "leave": _leave,
    **dict.fromkeys(LIES, _lie),
}
