"""What there is to tell of an order: its timeline, numbered from 1."""

from typing import Any

from orders.types import OrderView

Message = dict[str, Any]


def news_of(order: OrderView, *, after: int) -> list[Message]:
    """Return the steps after that number, oldest first.

    A timeline only grows, so a number means the same step for good, archived or not.
    """
    return [
        {
            "type": "order.status",
            "seq": seq,
            "order": order.number,
            "status": entry.status,
            "status_label": entry.status_label,
            "at": entry.at.isoformat(),
            "is_final": order.is_final and seq == len(order.timeline),
        }
        for seq, entry in enumerate(order.timeline, start=1)
        if seq > after
    ]
