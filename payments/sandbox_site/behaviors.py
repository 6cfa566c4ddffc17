"""How the bank is to misbehave towards the shop, as a test orders it.

A behavior belongs to one session or, with scope `*`, to all, and wears off after `times` uses.
"""

import sqlite3
from dataclasses import dataclass

from payments.sandbox_site.bank import Bank
from payments.sandbox_site.errors import BadRequest, Unavailable

EVERYWHERE = "*"
MODES = {
    "refund": ("normal", "unavailable", "lost_answer", "fail", "pending", "pending_then_fail"),
    "api": ("normal", "unavailable"),
}


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """`topic` is `refund` or `api` (every call the shop makes); see MODES."""

    topic: str
    mode: str
    scope: str = EVERYWHERE
    times: int = 1
    delay_seconds: float = 0

    def __post_init__(self) -> None:
        if self.topic not in MODES:
            raise BadRequest(f"topic: {self.topic!r} is not one of {', '.join(MODES)}")
        if self.mode not in MODES[self.topic]:
            raise BadRequest(f"mode: {self.mode!r} is not one of {', '.join(MODES[self.topic])}")
        if self.times < 1 or self.delay_seconds < 0:
            raise BadRequest("times must be at least 1 and delay_seconds not negative")


NORMAL_REFUND = Behavior(topic="refund", mode="normal")


def order_behavior(bank: Bank, *, behavior: Behavior) -> None:
    """Remember the behavior in place of an earlier one of its scope and topic."""
    with bank.books.transaction() as sql:
        sql.execute(
            "INSERT OR REPLACE INTO behaviors (scope, topic, mode, times, delay_seconds)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                behavior.scope,
                behavior.topic,
                behavior.mode,
                behavior.times,
                behavior.delay_seconds,
            ],
        )


def refuse_while_dead(bank: Bank) -> None:
    """Use up one `api` behavior if there is one.

    :raises Unavailable: when the bank is to play dead
    """
    with bank.books.transaction() as sql:
        behavior = take_behavior(sql, topic="api", scope=EVERYWHERE)
    if behavior is not None and behavior.mode == "unavailable":
        raise Unavailable("the bank is out of order, as it was told to be")


def take_behavior(sql: sqlite3.Connection, *, topic: str, scope: str) -> Behavior | None:
    """Use up one turn of the behavior that applies, the session's own before the general one."""
    row = sql.execute(
        "SELECT * FROM behaviors WHERE topic = ? AND scope IN (?, ?) ORDER BY scope = ? LIMIT 1",
        [topic, scope, EVERYWHERE, EVERYWHERE],
    ).fetchone()
    if row is None:
        return None
    where = [row["scope"], topic]
    sql.execute("UPDATE behaviors SET times = times - 1 WHERE scope = ? AND topic = ?", where)
    sql.execute("DELETE FROM behaviors WHERE scope = ? AND topic = ? AND times < 1", where)
    return Behavior(topic=topic, mode=row["mode"], delay_seconds=row["delay_seconds"])
