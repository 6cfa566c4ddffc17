"""Rows of the bank's books as values."""

import sqlite3
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Session:
    """One visit to the payment page; `state` is open, paid, failed, cancelled or expired."""

    ref: str
    payment_id: str
    order_number: str
    amount_minor: int
    currency: str
    description: str
    return_url: str
    cancel_url: str
    created_at: float
    expires_at: float
    state: str
    declined_cards: int
    capture_ref: str | None

    @classmethod
    def from_row(cls, row: sqlite3.Row, *, now: float) -> Self:
        """Read a session; an open one whose time has run out is an expired one."""
        values = {key: row[key] for key in row.keys()}  # noqa: SIM118 (a Row iterates its values)
        if values["state"] == "open" and now >= values["expires_at"]:
            values["state"] = "expired"
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Money given back for a capture; `state` is pending, done or failed."""

    ref: str
    idempotency_key: str
    capture_ref: str
    amount_minor: int
    currency: str
    state: str
    reason: str
    created_at: float
    updated_at: float

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        return cls(**{key: row[key] for key in row.keys()})  # noqa: SIM118

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One webhook on its way to the shop."""

    id: int
    event_id: str
    body: str
    flaw: str
    attempts: int
    max_attempts: int
