"""The beginning of a payment: its row in the order's transaction, its session after it."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext

from payments import deadlines
from payments.errors import PaymentNotFound, PaymentWindowClosed
from payments.gateways import gateway
from payments.gateways.base import GatewaySession
from payments.models import Payment
from payments.selectors import info_of
from payments.states import PaymentState
from payments.types import PaymentInfo
from shop.core.money import Money
from shop.core.order_links import sign_order_link

logger = logging.getLogger(__name__)


def create_payment(
    *, order_number: str, amount: Money, now: datetime, window_seconds: int | None = None
) -> PaymentInfo:
    """Record the order's payment, to be paid within the window; no network call is made."""
    seconds = settings.PAYMENT_WINDOW_SECONDS if window_seconds is None else window_seconds
    payment = Payment.objects.create(
        order_number=order_number,
        gateway=settings.DEFAULT_GATEWAY,
        amount_minor=amount.minor,
        currency=amount.currency,
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    return info_of(payment)


def open_session(*, order_number: str, now: datetime, return_path: str = "") -> PaymentInfo:
    """Open the gateway's page for a payment, or return the one that is open already.

    Called after the order is committed and again from its page until the window ends: the
    gateway gives one session for one payment id, however often it is asked. `return_path` is where
    the shopper comes back to; without one it is the signed link that opens the order for a guest.

    :raises PaymentNotFound: if the order has no payment
    :raises PaymentWindowClosed: if it is settled or its time is over
    :raises InfrastructureError: if the gateway does not answer
    """
    payment = Payment.objects.filter(order_number=order_number).first()
    if payment is None:
        raise PaymentNotFound(gettext("There is no such payment."))
    if payment.state != PaymentState.PENDING or payment.expires_at <= now:
        raise PaymentWindowClosed(gettext("The time to pay this order is over."))
    deadlines.start(payment_id=payment.id, expires_at=payment.expires_at, now=now)
    if not payment.session_url:
        _keep(payment, _ask_for_session(payment, return_path))
    return info_of(payment)


def _ask_for_session(payment: Payment, return_path: str) -> GatewaySession:
    link = settings.SHOP_URL + (return_path or sign_order_link(payment.order_number))
    return gateway(payment.gateway).open_session(
        payment_id=str(payment.id),
        order_number=payment.order_number,
        amount=payment.amount,
        description=f"{settings.SHOP_NAME} order {payment.order_number}",
        return_url=link,
        cancel_url=link,
        expires_at=payment.expires_at,
    )


def _keep(payment: Payment, session: GatewaySession) -> None:
    """Store the session, unless the payment was settled while the gateway answered."""
    payment.session_ref, payment.session_url = session.ref, session.url
    kept = Payment.objects.filter(id=payment.id, state=PaymentState.PENDING).update(
        session_ref=session.ref, session_url=session.url
    )
    if kept:
        return
    # Whoever settled it did not know of a session to cancel.
    gateway(payment.gateway).cancel_session(session_ref=session.ref)
    raise PaymentWindowClosed(gettext("The time to pay this order is over."))
