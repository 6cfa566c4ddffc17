"""The gateway of the sandbox bank (`payments.sandbox_site`)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from payments.gateways.base import (
    BookedCapture,
    BookedRefund,
    EventKind,
    Gateway,
    GatewayBooks,
    GatewayEvent,
    GatewayRefund,
    GatewayRefused,
    GatewaySession,
    GatewayStatus,
    MalformedWebhook,
    RefundState,
    SessionAlreadyPaid,
    SessionState,
)
from payments.gateways.sandbox_api import BREAKER_PAUSE_SECONDS, TIMEOUT_SECONDS, SandboxApi
from payments.gateways.signatures import verify
from shop.core.money import Money

SIGNATURE_HEADER = "x-sandbox-signature"
UNREADABLE = (
    RecursionError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
)


class SandboxGateway(Gateway):
    """Speaks the sandbox bank's API and believes its signed webhooks."""

    name = "sandbox"
    signature_header = SIGNATURE_HEADER

    def __init__(
        self,
        *,
        url: str,
        secret: str,
        timeout: float = TIMEOUT_SECONDS,
        breaker_pause: float = BREAKER_PAUSE_SECONDS,
    ) -> None:
        self._secret = secret
        self._api = SandboxApi(
            url=url, secret=secret, timeout=timeout, breaker_pause=breaker_pause
        )

    def open_session(
        self,
        *,
        payment_id: str,
        order_number: str,
        amount: Money,
        description: str,
        return_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> GatewaySession:
        answer = self._api.post(
            "/api/sessions",
            {
                "payment_id": payment_id,
                "order_number": order_number,
                "amount_minor": amount.minor,
                "currency": amount.currency,
                "description": description,
                "return_url": return_url,
                "cancel_url": cancel_url,
                "expires_at": expires_at.isoformat(),
            },
        )
        return GatewaySession(ref=answer["ref"], url=answer["url"])

    def cancel_session(self, *, session_ref: str) -> None:
        try:
            self._api.post(f"/api/sessions/{session_ref}/cancel", {})
        except GatewayRefused as refusal:
            if refusal.reason == "already_paid":
                raise SessionAlreadyPaid(str(refusal), reason=refusal.reason) from refusal
            raise

    def fetch_status(self, *, session_ref: str) -> GatewayStatus:
        answer = self._api.get(f"/api/sessions/{session_ref}")
        return GatewayStatus(
            state=SessionState(answer["state"]),
            amount=_money(answer),
            capture_ref=answer["capture_ref"],
        )

    def refund(self, *, capture_ref: str, amount: Money, idempotency_key: str) -> GatewayRefund:
        answer = self._api.post(
            "/api/refunds",
            {
                "capture_ref": capture_ref,
                "amount_minor": amount.minor,
                "currency": amount.currency,
                "idempotency_key": idempotency_key,
            },
        )
        return _refund(answer)

    def fetch_refund(self, *, refund_ref: str) -> GatewayRefund:
        return _refund(self._api.get(f"/api/refunds/{refund_ref}"))

    def parse_webhook(
        self, *, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> GatewayEvent:
        lower = {name.lower(): value for name, value in headers.items()}
        verify(header=lower.get(SIGNATURE_HEADER, ""), body=body, secret=self._secret, now=now)
        try:
            return _event(_storable(json.loads(body, parse_constant=_refuse_constant)))
        except UNREADABLE as error:
            raise MalformedWebhook("The webhook is not in a known shape.") from error

    def fetch_books(self, *, since: datetime) -> GatewayBooks:
        answer = self._api.get("/api/books", since=since.isoformat())
        return GatewayBooks(
            captures=[
                BookedCapture(
                    ref=row["ref"],
                    session_ref=row["session_ref"],
                    payment_id=row["payment_id"],
                    amount=_money(row),
                )
                for row in answer["captures"]
            ],
            refunds=[
                BookedRefund(
                    ref=row["ref"],
                    capture_ref=row["capture_ref"],
                    idempotency_key=row["idempotency_key"],
                    amount=_money(row),
                    state=RefundState(row["state"]),
                )
                for row in answer["refunds"]
            ],
        )

    def ping(self) -> None:
        self._api.get("/livez")

    def close(self) -> None:
        self._api.close()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _money(row: Mapping[str, Any]) -> Money:
    return Money(row["amount_minor"], row["currency"])


def _refund(answer: Mapping[str, Any]) -> GatewayRefund:
    return GatewayRefund(
        ref=answer["ref"], state=RefundState(answer["state"]), reason=answer["reason"]
    )


def _event(content: Any) -> GatewayEvent:
    data = content["data"]
    kind = content["type"]
    amount = data.get("amount_minor")
    return GatewayEvent(
        event_id=_text(content["id"]),
        kind=EventKind(kind) if kind in set(EventKind) else EventKind.OTHER,
        created_at=datetime.fromtimestamp(content["created"], tz=UTC),
        session_ref=_text_or_none(data.get("session")),
        payment_id=_text_or_none(data.get("payment_id")),
        amount=None if amount is None else _amount(data),
        capture_ref=_text_or_none(data.get("capture")),
        refund_ref=_text_or_none(data.get("refund")),
        idempotency_key=_text_or_none(data.get("idempotency_key")),
        reason=str(data.get("reason") or ""),
        raw=content,
    )


def _storable(content: Any) -> Any:
    """Return the content if every text in it can be stored; the events are kept as they came.

    :raises ValueError: for a NUL or half a surrogate pair, which JSON can hold and SQL cannot
    """
    text = json.dumps(content, ensure_ascii=False)
    if "\\u0000" in text:
        raise ValueError("NUL in a text")
    text.encode()
    return content


def _amount(data: Mapping[str, Any]) -> Money:
    minor = data["amount_minor"]
    if not isinstance(minor, int) or isinstance(minor, bool):
        raise TypeError("amount_minor is not a whole number")
    return Money(minor, _text(data["currency"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("not a text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
