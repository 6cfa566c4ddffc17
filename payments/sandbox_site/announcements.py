"""Webhooks as rows, written in the transaction of the fact they announce, sent by the courier."""

import hashlib
import hmac
import json
import secrets
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from payments.sandbox_site.records import Delivery, Session

SIGNATURE_HEADER = "X-Sandbox-Signature"
OLD_TIMESTAMP_SECONDS = 3600.0


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """What one webhook says, and how it is to go wrong if a test wants that."""

    kind: str
    session: Session  # the one it is about
    told: Session | None = None  # what a lie says of it instead
    capture_ref: str | None = None
    refund_ref: str | None = None
    idempotency_key: str | None = None
    amount_minor: int | None = None
    reason: str = ""
    flaw: str = "none"
    copies: int = 1
    max_attempts: int
    due_at: float


def announce(sql: sqlite3.Connection, announcement: Announcement, *, now: float) -> str:
    """Write the webhook (or its copies, all with one event id) and return the event id."""
    event_id = f"evt_{secrets.token_hex(12)}"
    body = json.dumps(_content(announcement, event_id=event_id, now=now))
    row = (
        event_id,
        announcement.session.ref,
        body,
        announcement.flaw,
        announcement.max_attempts,
        announcement.due_at,
    )
    sql.executemany(
        "INSERT INTO deliveries (event_id, session_ref, body, flaw, max_attempts, due_at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting')",
        [row] * announcement.copies,
    )
    return event_id


def signature_header(delivery: Delivery, *, secret: str, now: float) -> str:
    """Sign the body for this attempt; flawed deliveries get the flaw they were made for."""
    stamp = int(now - (OLD_TIMESTAMP_SECONDS if delivery.flaw == "old_timestamp" else 0))
    key = secret + ("-forged" if delivery.flaw == "bad_signature" else "")
    signed = f"{stamp}.{delivery.body}".encode()
    return f"t={stamp},v1={hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()}"


def pretend(session: Session, *, flaw: str) -> Session:
    """Return the session as a lying webhook tells of it; some flaws are in the signature alone."""
    if flaw == "wrong_amount":
        return replace(session, amount_minor=session.amount_minor + 100)
    if flaw == "wrong_currency":
        return replace(session, currency="EUR" if session.currency != "EUR" else "USD")
    if flaw == "unknown_payment":
        stranger = f"unknown-{secrets.token_hex(8)}"
        return replace(session, ref=f"ses_{secrets.token_hex(12)}", payment_id=stranger)
    return session


def _content(announcement: Announcement, *, event_id: str, now: float) -> dict[str, Any]:
    session = announcement.told or announcement.session
    amount = announcement.amount_minor
    return {
        "id": event_id,
        "type": announcement.kind,
        "created": int(now),
        "data": {
            "session": session.ref,
            "payment_id": session.payment_id,
            "order_number": session.order_number,
            "amount_minor": session.amount_minor if amount is None else amount,
            "currency": session.currency,
            "capture": announcement.capture_ref,
            "refund": announcement.refund_ref,
            "idempotency_key": announcement.idempotency_key,
            "reason": announcement.reason,
        },
    }
