"""What a behavioural event must look like to enter the lake."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shop.core.errors import InvalidInput

# What every event of a kind must tell; all else is optional.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "search": (),
    "click": ("sku",),
    "view": ("sku",),
    "cart": ("sku", "action"),
    "wishlist": ("sku", "action"),
    "order": ("order_number", "outcome", "lines"),
    "impression": ("place", "group", "strategy"),
    "sign-in": ("visitor", "customer_id"),
}
TEXTS = (
    "visitor",
    "sku",
    "category",
    "action",
    "text",
    "source",
    "postal_code",
    "order_number",
    "outcome",
    "currency",
    "place",
    "strategy",
    "group",
)
NUMBERS = ("customer_id", "product_id", "quantity", "page", "total", "total_minor", "run")
# Rises when a column changes its meaning; a new one needs no new version, readers fill it in.
VERSION = 1
KNOWN = {"event_id", "version", "kind", "occurred_at", "lines", *TEXTS, *NUMBERS}
LONGEST_TEXT = 1000
LARGEST_NUMBER = 2**63 - 1
FUTURE_TOLERANCE = timedelta(minutes=10)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class BadInteraction(InvalidInput):
    """The event cannot enter the lake; the message says why."""

    code = "bad_interaction"


@dataclass(frozen=True, kw_only=True)
class OrderedLine:
    """A line of an order event."""

    sku: str
    quantity: int
    unit_price_minor: int
    product_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """A valid event: `values` has the columns of the lake, `extra` what has none, as JSON."""

    event_id: str
    kind: str
    occurred_at: datetime
    values: Mapping[str, Any]
    lines: Sequence[OrderedLine] | None
    extra: str | None

    @property
    def day(self) -> date:
        return self.occurred_at.date()


def read_interaction(event: Mapping[str, Any], *, now: datetime) -> Interaction:
    """Return the event as the lake keeps it.

    :raises BadInteraction: when it is not one of ours, or not well-formed
    """
    version = event.get("version", 1)
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise BadInteraction(f"version: {version!r} is not one this shop knows")
    kind = event.get("kind")
    if not isinstance(kind, str) or kind not in REQUIRED:
        raise BadInteraction(f"kind: {kind!r} is not known")
    for name in REQUIRED[kind]:
        if event.get(name) in (None, ""):
            raise BadInteraction(f"{name}: is missing")
    event_id = _text(event, "event_id")
    if not event_id:
        raise BadInteraction("event_id: is missing")
    values: dict[str, str | int | None] = {name: _text(event, name) for name in TEXTS}
    values |= {name: _number(event, name) for name in NUMBERS}
    unknown = {name: value for name, value in event.items() if name not in KNOWN}
    return Interaction(
        event_id=event_id,
        kind=kind,
        occurred_at=_moment(event.get("occurred_at"), now=now),
        values=values,
        lines=_lines(event["lines"]) if event.get("lines") is not None else None,
        extra=json.dumps(unknown) if unknown else None,
    )


def _text(event: Mapping[str, Any], name: str) -> str | None:
    value = event.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise BadInteraction(f"{name}: must be a text of at most {LONGEST_TEXT} characters")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadInteraction(f"{name}: has characters that cannot be stored")
    return value


def _number(event: Mapping[str, Any], name: str) -> int | None:
    value = event.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_NUMBER:
        raise BadInteraction(f"{name}: must be a whole number")
    return value


def _moment(value: object, *, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise BadInteraction("occurred_at: must be an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise BadInteraction("occurred_at: must name its time zone")
    if not EARLIEST <= moment <= now + FUTURE_TOLERANCE:
        raise BadInteraction("occurred_at: is in the future or too long ago")
    return moment.astimezone(UTC)


def _lines(value: object) -> list[OrderedLine]:
    if not isinstance(value, list):
        raise BadInteraction("lines: must be a list")
    return [_line(row) for row in value]


def _line(row: object) -> OrderedLine:
    if not isinstance(row, dict):
        raise BadInteraction("lines: each must be an object")
    sku, quantity = _text(row, "sku"), _number(row, "quantity")
    price = _number(row, "unit_price_minor")
    if not sku or quantity is None or price is None:
        raise BadInteraction("lines: each needs sku, quantity and unit_price_minor")
    product_id = _number(row, "product_id")
    return OrderedLine(sku=sku, quantity=quantity, unit_price_minor=price, product_id=product_id)
