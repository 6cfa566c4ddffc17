"""Opening, asking after, cancelling and capturing payment sessions."""

import secrets
import sqlite3
from typing import Any

from payments.sandbox_site.announcements import Announcement, announce
from payments.sandbox_site.bank import Bank
from payments.sandbox_site.errors import KeyReused, SessionAlreadyPaid, UnknownReference
from payments.sandbox_site.records import Session

_SELECT = (
    "SELECT sessions.*, captures.ref AS capture_ref FROM sessions"
    " LEFT JOIN captures ON captures.session_ref = sessions.ref "
)
_SAME = ("order_number", "amount_minor", "currency")


def open_session(bank: Bank, *, terms: dict[str, Any]) -> Session:
    """Open a session, or return the one this payment id already has.

    :raises KeyReused: when the payment id came before with another order or amount
    """
    now = bank.now()
    row = {"ref": f"ses_{secrets.token_urlsafe(18)}", "created_at": now, **terms}
    with bank.books.transaction() as sql:
        sql.execute(
            "INSERT INTO sessions (ref, payment_id, order_number, amount_minor, currency,"
            " description, return_url, cancel_url, created_at, expires_at, state)"
            " VALUES (:ref, :payment_id, :order_number, :amount_minor, :currency, :description,"
            " :return_url, :cancel_url, :created_at, :expires_at, 'open')"
            " ON CONFLICT (payment_id) DO NOTHING",
            row,
        )
        found = sql.execute(
            _SELECT + "WHERE sessions.payment_id = ?", [terms["payment_id"]]
        ).fetchone()
    session = Session.from_row(found, now=now)
    if any(getattr(session, name) != terms[name] for name in _SAME):
        raise KeyReused("this payment id was used before with another order or amount")
    return session


def get_session(bank: Bank, *, ref: str) -> Session:
    """Return the session as it is now.

    :raises UnknownReference: when there is none
    """
    with bank.books.reading() as sql:
        return read_session(sql, ref=ref, now=bank.now())


def recent_sessions(bank: Bank, *, limit: int = 20) -> list[Session]:
    """Return the newest sessions, for the bank's front page."""
    now = bank.now()
    with bank.books.reading() as sql:
        rows = sql.execute(_SELECT + "ORDER BY sessions.created_at DESC LIMIT ?", [limit])
        return [Session.from_row(row, now=now) for row in rows]


def cancel_session(bank: Bank, *, ref: str) -> Session:
    """Close an open session; closing a closed one changes nothing.

    :raises SessionAlreadyPaid: when the money is captured
    """
    now = bank.now()
    with bank.books.transaction() as sql:
        session = read_session(sql, ref=ref, now=now)
        if session.state == "paid":
            raise SessionAlreadyPaid("the shopper has paid already")
        set_state(sql, ref=ref, state="cancelled")
        return read_session(sql, ref=ref, now=now)


def read_session(sql: sqlite3.Connection, *, ref: str, now: float) -> Session:
    """Return the session inside a running transaction.

    :raises UnknownReference: when there is none
    """
    row = sql.execute(_SELECT + "WHERE sessions.ref = ?", [ref]).fetchone()
    if row is None:
        raise UnknownReference("no such payment session")
    return Session.from_row(row, now=now)


def set_state(sql: sqlite3.Connection, *, ref: str, state: str) -> None:
    """Move a session on from `open`; one that has left it stays as it is."""
    sql.execute("UPDATE sessions SET state = ? WHERE ref = ? AND state = 'open'", [state, ref])


def capture(
    bank: Bank,
    sql: sqlite3.Connection,
    *,
    session: Session,
    webhooks: int = 1,
    webhook_delay: float = 0,
) -> bool:
    """Take the money, whatever the session's state, and say whether it was taken now.

    The callers decide which states may pay; that a session is never captured twice is decided
    here, by the UNIQUE constraint.
    """
    now = bank.now()
    capture_ref = f"cap_{secrets.token_hex(12)}"
    taken = sql.execute(
        "INSERT INTO captures (ref, session_ref, amount_minor, currency, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (session_ref) DO NOTHING",
        [capture_ref, session.ref, session.amount_minor, session.currency, now],
    ).rowcount
    if not taken:
        return False
    sql.execute("UPDATE sessions SET state = 'paid' WHERE ref = ?", [session.ref])
    if webhooks:
        message = Announcement(
            kind="payment.succeeded",
            session=session,
            capture_ref=capture_ref,
            copies=webhooks,
            max_attempts=bank.webhook_attempts,
            due_at=now + webhook_delay,
        )
        announce(sql, message, now=now)
    return True
