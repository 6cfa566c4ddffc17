"""What payments do at the gateway after the transaction that decided it."""

from django.utils import timezone

from payments import refunding
from payments.events import RefundRequested, SessionObsolete
from payments.gateways import gateway
from payments.gateways.base import GatewayRefused, SessionAlreadyPaid
from payments.models import Payment
from payments.outcomes import ask_gateway


def send_refund(event: RefundRequested) -> None:
    refunding.send_refund(refund_id=event.refund_id, now=timezone.now())


def cancel_session(event: SessionObsolete) -> None:
    """Close the session at the gateway; if somebody has paid in it, take note of that."""
    payment = Payment.objects.get(id=event.payment_id)
    if not payment.session_ref:
        return
    try:
        gateway(payment.gateway).cancel_session(session_ref=payment.session_ref)
    except SessionAlreadyPaid:
        ask_gateway(order_number=payment.order_number, now=timezone.now())
    except GatewayRefused:
        # It knows no such session: there is nothing to close.
        return
