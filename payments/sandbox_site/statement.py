"""The bank's side of the accounts, for reconciling the shop's with it."""

from typing import Any

from payments.sandbox_site.bank import Bank


def statement(bank: Bank, *, since: float) -> dict[str, list[dict[str, Any]]]:
    """Return captures made and refunds touched at or after `since`, oldest first."""
    with bank.books.reading() as sql:
        captures = sql.execute(
            "SELECT captures.*, sessions.payment_id, sessions.order_number FROM captures"
            " JOIN sessions ON sessions.ref = captures.session_ref"
            " WHERE captures.created_at >= ? ORDER BY captures.created_at, captures.ref",
            [since],
        ).fetchall()
        refunds = sql.execute(
            "SELECT refunds.*, sessions.payment_id, sessions.order_number FROM refunds"
            " JOIN captures ON captures.ref = refunds.capture_ref"
            " JOIN sessions ON sessions.ref = captures.session_ref"
            " WHERE refunds.updated_at >= ? ORDER BY refunds.created_at, refunds.ref",
            [since],
        ).fetchall()
    return {
        "captures": [dict(row) for row in captures],
        "refunds": [dict(row) for row in refunds],
    }


def deliveries(bank: Bank, *, session_ref: str) -> list[dict[str, Any]]:
    """Return what became of each webhook about the session, oldest first."""
    with bank.books.reading() as sql:
        rows = sql.execute(
            "SELECT event_id, json_extract(body, '$.type') AS type, flaw, attempts, state, answer"
            " FROM deliveries WHERE session_ref = ? ORDER BY id",
            [session_ref],
        )
        return [dict(row) for row in rows]
