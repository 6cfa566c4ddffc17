"""Giving money back: once per idempotency key, never more than was captured."""

import secrets
import sqlite3
from dataclasses import dataclass

from payments.sandbox_site.announcements import Announcement, announce
from payments.sandbox_site.bank import Bank
from payments.sandbox_site.behaviors import NORMAL_REFUND, Behavior, take_behavior
from payments.sandbox_site.errors import (
    KeyReused,
    RefundTooLarge,
    Unavailable,
    UnknownReference,
)
from payments.sandbox_site.records import Refund
from payments.sandbox_site.sessions import read_session

_SAME = ("capture_ref", "amount_minor", "currency")
_STATE_BY_MODE = {"fail": "failed", "pending": "pending", "pending_then_fail": "pending"}
_REASON = "receiving_bank_refused"


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """What the shop asks for."""

    capture_ref: str
    amount_minor: int
    currency: str
    idempotency_key: str


def request_refund(bank: Bank, *, order: RefundOrder) -> Refund:
    """Refund, or return the refund this key already made; the same key after a failure tries anew.

    :raises KeyReused: when the key came before with another capture or amount
    :raises RefundTooLarge: when the capture's refunds would exceed it
    :raises Unavailable: when a test ordered so, before the refund is booked or after it
    :raises UnknownReference: when there is no such capture
    """
    with bank.books.transaction() as sql:
        known = _by_key(sql, order.idempotency_key)
        if known is not None and any(getattr(known, n) != getattr(order, n) for n in _SAME):
            raise KeyReused("this key was used before with another capture or amount")
        if known is not None and known.state != "failed":
            return known
        session_ref = _check_capture(sql, order)
        behavior = take_behavior(sql, topic="refund", scope=session_ref) or NORMAL_REFUND
        refund = None
        if behavior.mode != "unavailable":
            refund = _book(bank, sql, order=order, known=known, behavior=behavior)
    bank.bell.set()
    # Raised outside the transaction: the turn of the behavior, and a booked refund, must stay.
    if refund is None or behavior.mode == "lost_answer":
        raise Unavailable("the bank is out of order, as it was told to be")
    return refund


def get_refund(bank: Bank, *, ref: str) -> Refund:
    """Return the refund as it is now.

    :raises UnknownReference: when there is none
    """
    with bank.books.reading() as sql:
        return _read(sql, ref)


def finish_refund(bank: Bank, sql: sqlite3.Connection, *, ref: str, state: str) -> None:
    """Bring a pending refund to its end and announce it; one already ended stays as it is."""
    changed = sql.execute(
        "UPDATE refunds SET state = ?, reason = ?, updated_at = ?"
        " WHERE ref = ? AND state = 'pending'",
        [state, _REASON if state == "failed" else "", bank.now(), ref],
    ).rowcount
    if changed:
        _announce_end(bank, sql, refund=_read(sql, ref))


def _check_capture(sql: sqlite3.Connection, order: RefundOrder) -> str:
    capture = sql.execute("SELECT * FROM captures WHERE ref = ?", [order.capture_ref]).fetchone()
    if capture is None:
        raise UnknownReference("no such capture")
    (refunded,) = sql.execute(
        "SELECT coalesce(sum(amount_minor), 0) FROM refunds"
        " WHERE capture_ref = ? AND state != 'failed'",
        [order.capture_ref],
    ).fetchone()
    left = capture["amount_minor"] - refunded
    if order.currency != capture["currency"] or order.amount_minor > left:
        raise RefundTooLarge(f"only {left} {capture['currency']} (minor units) can be refunded")
    return str(capture["session_ref"])


def _book(
    bank: Bank,
    sql: sqlite3.Connection,
    *,
    order: RefundOrder,
    known: Refund | None,
    behavior: Behavior,
) -> Refund:
    state = _STATE_BY_MODE.get(behavior.mode, "done")
    row = {
        "ref": known.ref if known else f"ref_{secrets.token_hex(12)}",
        "key": order.idempotency_key,
        "capture": order.capture_ref,
        "amount": order.amount_minor,
        "currency": order.currency,
        "state": state,
        "reason": _REASON if state == "failed" else "",
        "now": bank.now(),
    }
    sql.execute(
        "INSERT INTO refunds VALUES (:ref, :key, :capture, :amount, :currency, :state, :reason,"
        " :now, :now) ON CONFLICT (ref) DO UPDATE SET state = excluded.state,"
        " reason = excluded.reason, updated_at = excluded.updated_at",
        row,
    )
    refund = _read(sql, str(row["ref"]))
    if state == "pending":
        ending = "refund_failed" if behavior.mode == "pending_then_fail" else "refund_done"
        sql.execute(
            "INSERT INTO plans (kind, ref, due_at) VALUES (?, ?, ?)",
            [ending, refund.ref, bank.now() + behavior.delay_seconds],
        )
    elif state == "done":
        # A failure the shop learns from this answer; told twice it would count as two.
        _announce_end(bank, sql, refund=refund)
    return refund


def _announce_end(bank: Bank, sql: sqlite3.Connection, *, refund: Refund) -> None:
    (session_ref,) = sql.execute(
        "SELECT session_ref FROM captures WHERE ref = ?", [refund.capture_ref]
    ).fetchone()
    now = bank.now()
    message = Announcement(
        kind=f"refund.{refund.state}",
        session=read_session(sql, ref=session_ref, now=now),
        capture_ref=refund.capture_ref,
        refund_ref=refund.ref,
        idempotency_key=refund.idempotency_key,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
        max_attempts=bank.webhook_attempts,
        due_at=now,
    )
    announce(sql, message, now=now)


def _by_key(sql: sqlite3.Connection, key: str) -> Refund | None:
    row = sql.execute("SELECT * FROM refunds WHERE idempotency_key = ?", [key]).fetchone()
    return None if row is None else Refund.from_row(row)


def _read(sql: sqlite3.Connection, ref: str) -> Refund:
    row = sql.execute("SELECT * FROM refunds WHERE ref = ?", [ref]).fetchone()
    if row is None:
        raise UnknownReference("no such refund")
    return Refund.from_row(row)
