"""Our payments and refunds held against the gateway's own books."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from payments.gateways import gateway
from payments.models import Payment, Refund
from payments.reconcile import OurPayment, OurRefund, Ours, reconcile
from shop.core.registry import Difference


def differences_with_gateway(*, gateway_name: str, since: datetime) -> Iterator[Difference]:
    """Yield what our books and the gateway's disagree on.

    :raises InfrastructureError: if the gateway does not answer
    """
    books = gateway(gateway_name).fetch_books(since=since)
    # A payment may have been opened before `since` and captured after it.
    booked = [capture.payment_id for capture in books.captures if _is_uuid(capture.payment_id)]
    payments = Payment.objects.filter(
        Q(created_at__gte=since) | Q(id__in=booked), gateway=gateway_name
    )
    refunds = Refund.objects.filter(payment__in=payments).select_related("payment")
    ours = Ours(
        payments=[
            OurPayment(
                payment_id=str(payment.id),
                state=payment.state,
                amount=payment.amount,
                capture_ref=payment.capture_ref or None,
            )
            for payment in payments
        ],
        refunds=[
            OurRefund(
                payment_id=str(refund.payment_id),
                state=refund.state,
                amount=refund.amount,
                idempotency_key=str(refund.id),
            )
            for refund in refunds
        ],
    )
    for found in reconcile(ours, books):
        yield Difference(kind=f"gateway_{found.code}", subject=found.subject, detail=found.detail)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
