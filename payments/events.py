"""Facts about payments.

The outcomes are handled in the transaction that makes them (orders and stock change with the
payment or not at all); what leaves the database goes through the outbox. `at` is the ISO time the
outcome was decided at.
"""

from dataclasses import dataclass

from shop.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class PaymentSucceeded(Event):
    event_type = "payments.succeeded"

    payment_id: str
    order_number: str
    cause: str
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    event_type = "payments.failed"

    payment_id: str
    order_number: str
    cause: str
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentTimedOut(Event):
    event_type = "payments.timed-out"

    payment_id: str
    order_number: str
    cause: str
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class LateSuccess(Event):
    """Money came for a payment that had failed or timed out; `amount_minor` in `currency`."""

    event_type = "payments.late-success"

    payment_id: str
    order_number: str
    amount_minor: int
    currency: str
    gateway: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event):
    event_type = "payments.refund-requested"

    refund_id: str
    order_number: str


@dataclass(frozen=True, kw_only=True)
class RefundFinished(Event):
    event_type = "payments.refund-finished"

    refund_id: str
    order_number: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefundFailed(Event):
    """The gateway would not take it after many attempts: staff must act."""

    event_type = "payments.refund-failed"

    refund_id: str
    order_number: str
    amount_minor: int
    currency: str
    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class SessionObsolete(Event):
    """Nobody should pay this session any more; it is to be cancelled at the gateway."""

    event_type = "payments.session-obsolete"

    payment_id: str
