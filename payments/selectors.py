"""What other apps may ask about payments."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from payments.models import Payment, Refund
from payments.states import PaymentState, RefundState
from payments.types import PaymentInfo, RefundInfo


def get_payment(*, order_number: str) -> PaymentInfo | None:
    return get_payments(order_numbers=[order_number]).get(order_number)


def get_payments(*, order_numbers: Iterable[str]) -> dict[str, PaymentInfo]:
    """Return the payments, with their refunds, by order number; one statement."""
    found = Payment.objects.filter(order_number__in=list(order_numbers)).select_related("refund")
    return {payment.order_number: info_of(payment) for payment in found}


def due_payments(*, now: datetime, limit: int = 500) -> list[UUID]:
    """Return the pending payments whose window is over, the longest overdue first."""
    due = Payment.objects.filter(state=PaymentState.PENDING, expires_at__lte=now)
    return list(due.order_by("expires_at").values_list("id", flat=True)[:limit])


def all_order_numbers() -> Iterator[str]:
    """Yield the order number of every payment; streamed, for the audit."""
    return Payment.objects.values_list("order_number", flat=True).iterator()


def unsettled_orders(*, order_numbers: Sequence[str]) -> set[str]:
    """Return those of the orders whose payment or refund may still change by itself."""
    payments = Payment.objects.filter(order_number__in=order_numbers)
    open_payments = payments.filter(state=PaymentState.PENDING)
    open_refunds = payments.filter(refund__isnull=False).exclude(refund__state=RefundState.DONE)
    return set(open_payments.values_list("order_number", flat=True)) | set(
        open_refunds.values_list("order_number", flat=True)
    )


def info_of(payment: Payment) -> PaymentInfo:
    refund = getattr(payment, "refund", None)
    return PaymentInfo(
        payment_id=payment.id,
        order_number=payment.order_number,
        gateway=payment.gateway,
        amount=payment.amount,
        state=payment.state,
        state_label=str(PaymentState(payment.state).label),
        created_at=payment.created_at,
        expires_at=payment.expires_at,
        pay_url=payment.session_url,
        refund=_refund_info(refund) if refund else None,
    )


def _refund_info(refund: Refund) -> RefundInfo:
    return RefundInfo(
        refund_id=refund.id,
        amount=refund.amount,
        state=refund.state,
        state_label=str(RefundState(refund.state).label),
        reason=refund.reason,
        requested_at=refund.requested_at,
        settled_at=refund.settled_at,
    )
