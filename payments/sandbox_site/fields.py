"""Reads requests field by field; what is wrong is refused with the field's name."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from payments.sandbox_site.acts import Act
from payments.sandbox_site.errors import BadRequest

LARGEST_AMOUNT = 10**12
LONGEST_TEXT = 500


def act_from(content: Mapping[str, Any]) -> Act:
    delay = content.get("delay_seconds")
    return Act(
        action=text(content, "action"),
        delay_seconds=None if delay in {None, ""} else number(content, "delay_seconds"),
        copies=int(number(content, "copies", default=2)),
    )


def terms_from(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "payment_id": text(content, "payment_id"),
        "order_number": text(content, "order_number"),
        "amount_minor": amount(content),
        "currency": text(content, "currency"),
        "description": text(content, "description"),
        "return_url": url(content, "return_url"),
        "cancel_url": url(content, "cancel_url"),
        "expires_at": timestamp(text(content, "expires_at"), "expires_at"),
    }


def text(content: Mapping[str, Any], name: str, *, default: str | None = None) -> str:
    value = content.get(name, default)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise BadRequest(f"{name}: must be a text of 1 to {LONGEST_TEXT} characters")
    return value


def number(content: Mapping[str, Any], name: str, *, default: float | None = None) -> float:
    value = content.get(name, default)
    try:
        found = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise BadRequest(f"{name}: must be a number")
    return found


def amount(content: Mapping[str, Any]) -> int:
    value = content.get("amount_minor")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < LARGEST_AMOUNT:
        raise BadRequest("amount_minor: must be a positive whole number of minor units")
    return value


def url(content: Mapping[str, Any], name: str) -> str:
    value = text(content, name)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or not value.isprintable():
        raise BadRequest(f"{name}: must be an http(s) address")
    return value


def timestamp(value: str, name: str) -> float:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadRequest(f"{name}: must be an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise BadRequest(f"{name}: must name its time zone")
    return moment.timestamp()
