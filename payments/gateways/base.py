"""What the shop needs from a payment gateway, in the shop's words; made to fit Stripe as well.

Errors a gateway raises:

* GatewayTimeout, GatewayUnavailable   (infrastructure) it did nothing or we do not know; try again
* GatewayRefused                       (declined) it understood and refuses; do not try again
  + SessionAlreadyPaid                 a session cannot be cancelled any more
* BadSignature, StaleTimestamp, MalformedWebhook   (invalid input) a webhook not to be believed
"""

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from shop.core.errors import Declined, GatewayTimeout, InfrastructureError, InvalidInput
from shop.core.money import Money

__all__ = [
    "BadSignature",
    "BookedCapture",
    "BookedRefund",
    "EventKind",
    "Gateway",
    "GatewayBooks",
    "GatewayEvent",
    "GatewayRefund",
    "GatewayRefused",
    "GatewaySession",
    "GatewayStatus",
    "GatewayTimeout",
    "GatewayUnavailable",
    "MalformedWebhook",
    "RefundState",
    "SessionAlreadyPaid",
    "SessionState",
    "StaleTimestamp",
]


class GatewayUnavailable(InfrastructureError):
    """The gateway cannot be reached, or says that it cannot answer now."""


class GatewayRefused(Declined):
    """The gateway refuses; `reason` is its code for it."""

    code = "gateway_refused"

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class SessionAlreadyPaid(GatewayRefused):
    """The shopper has paid: the session cannot be cancelled, ask for its status instead."""

    code = "session_already_paid"


class BadSignature(InvalidInput):
    """The webhook was not signed with our secret."""

    code = "bad_signature"


class StaleTimestamp(InvalidInput):
    """The webhook was signed too long ago (or in the future): perhaps replayed by a stranger."""

    code = "stale_timestamp"


class MalformedWebhook(InvalidInput):
    """The webhook is signed, but not in a shape we know."""

    code = "malformed_webhook"


class SessionState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RefundState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class EventKind(StrEnum):
    """What a webhook is about; OTHER is news that changes nothing, such as one declined card."""

    PAYMENT_SUCCEEDED = "payment.succeeded"
    PAYMENT_FAILED = "payment.failed"
    PAYMENT_CANCELLED = "payment.cancelled"
    REFUND_DONE = "refund.done"
    REFUND_FAILED = "refund.failed"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class GatewaySession:
    """A hosted payment page; `ref` names it at the gateway."""

    ref: str
    url: str


@dataclass(frozen=True, kw_only=True)
class GatewayStatus:
    """A session as the gateway sees it; `capture_ref` once the money is taken."""

    state: SessionState
    amount: Money
    capture_ref: str | None

    @property
    def currency(self) -> str:
        return self.amount.currency


@dataclass(frozen=True, kw_only=True)
class GatewayRefund:
    """A refund as the gateway sees it; `reason` says why it failed."""

    ref: str
    state: RefundState
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GatewayEvent:
    """A verified webhook; `event_id` is the same each time the gateway repeats it."""

    event_id: str
    kind: EventKind
    created_at: datetime
    session_ref: str | None = None
    payment_id: str | None = None
    amount: Money | None = None
    capture_ref: str | None = None
    refund_ref: str | None = None
    idempotency_key: str | None = None
    reason: str = ""
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BookedCapture:
    """Money the gateway took."""

    ref: str
    session_ref: str
    payment_id: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class BookedRefund:
    """Money the gateway gave back, or tried to."""

    ref: str
    capture_ref: str
    idempotency_key: str
    amount: Money
    state: RefundState


@dataclass(frozen=True, kw_only=True)
class GatewayBooks:
    """The gateway's side of the accounts."""

    captures: Sequence[BookedCapture]
    refunds: Sequence[BookedRefund]


class Gateway(abc.ABC):
    """One payment provider. Every call but `parse_webhook` may raise the infrastructure errors."""

    name: ClassVar[str]
    signature_header: ClassVar[str]

    @abc.abstractmethod
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
        """Open a hosted payment page; the same payment id always gets the same session.

        :raises GatewayRefused: e.g. when the payment id came before with another amount
        """

    @abc.abstractmethod
    def cancel_session(self, *, session_ref: str) -> None:
        """Make sure that nobody can pay in the session; a closed one stays as it is.

        :raises SessionAlreadyPaid: when the money is captured
        :raises GatewayRefused: when there is no such session
        """

    @abc.abstractmethod
    def fetch_status(self, *, session_ref: str) -> GatewayStatus:
        """Return the session as the gateway sees it now.

        :raises GatewayRefused: when there is no such session
        """

    @abc.abstractmethod
    def refund(self, *, capture_ref: str, amount: Money, idempotency_key: str) -> GatewayRefund:
        """Give money back, once per key; asking again with a key whose refund failed tries anew.

        :raises GatewayRefused: e.g. when the capture does not have that much left
        """

    @abc.abstractmethod
    def fetch_refund(self, *, refund_ref: str) -> GatewayRefund:
        """Return the refund as the gateway sees it now.

        :raises GatewayRefused: when there is no such refund
        """

    @abc.abstractmethod
    def parse_webhook(
        self, *, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> GatewayEvent:
        """Verify a webhook and return what it says; header names are matched in any case.

        :raises BadSignature: when it is not signed by the gateway
        :raises StaleTimestamp: when it was signed more than five minutes from `now`
        :raises MalformedWebhook: when it is signed but unreadable
        """

    @abc.abstractmethod
    def fetch_books(self, *, since: datetime) -> GatewayBooks:
        """Return what was captured and refunded at the gateway since then, for reconciling."""

    @abc.abstractmethod
    def ping(self) -> None:
        """Return if the gateway answers, for readiness pages."""

    def close(self) -> None:  # noqa: B027 (most have nothing to give back)
        """Give back connections; the gateway is not used afterwards."""
