"""What there is to tell of an order: its timeline, numbered from 1."""

from dataclasses import dataclass
from typing import Any

from orders.types import OrderView

Message = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class News:
    """`is_over` when nothing more is to come after these."""

    messages: tuple[Message, ...] = ()
    is_over: bool = False


def news_of(order: OrderView, *, after: int) -> News:
    """Return the steps after that number, oldest first.

    A timeline only grows, so a number means the same step for good, archived or not.
    """
    last = len(order.timeline)
    messages = tuple(
        {
            "type": "order.status",
            "seq": seq,
            "order": order.number,
            "status": entry.status,
            "status_label": str(entry.status_label),
            "at": entry.at.isoformat(),
            "is_final": order.is_final and seq == last,
        }
        for seq, entry in enumerate(order.timeline, start=1)
        if seq > after
    )
    return News(messages=messages, is_over=order.is_final)
