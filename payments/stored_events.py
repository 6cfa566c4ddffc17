"""A gateway's event as JSON and back, so that a kept one can be applied again."""

from datetime import datetime
from typing import Any

from payments.gateways.base import EventKind, GatewayEvent
from shop.core.money import Money

PLAIN = ("event_id", "session_ref", "payment_id", "capture_ref", "refund_ref", "idempotency_key")


def event_to_json(event: GatewayEvent) -> dict[str, Any]:
    return {
        **{name: getattr(event, name) for name in PLAIN},
        "kind": event.kind.value,
        "created_at": event.created_at.isoformat(),
        "amount": [event.amount.minor, event.amount.currency] if event.amount else None,
        "reason": event.reason,
        "raw": event.raw,
    }


def event_from_json(stored: dict[str, Any]) -> GatewayEvent:
    return GatewayEvent(
        **{name: stored[name] for name in PLAIN},
        kind=EventKind(stored["kind"]),
        created_at=datetime.fromisoformat(stored["created_at"]),
        amount=Money(*stored["amount"]) if stored["amount"] else None,
        reason=stored["reason"],
        raw=stored["raw"],
    )
