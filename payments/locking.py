"""Lock a payment's row; orders are locked after it and stock after those, never before."""

from uuid import UUID

from django.utils.translation import gettext

from payments.errors import PaymentNotFound
from payments.models import Payment


def lock_by_id(payment_id: UUID | str) -> Payment:
    """Return the payment with its row locked until the transaction ends.

    :raises PaymentNotFound: if there is none
    """
    return _lock(id=payment_id)


def lock_by_order(order_number: str) -> Payment:
    """Return the order's payment, locked.

    :raises PaymentNotFound: if there is none
    """
    return _lock(order_number=order_number)


def lock_if_free(payment_id: UUID | str) -> Payment | None:
    """Return the payment, locked, or None if somebody else holds it or there is none."""
    return Payment.objects.select_for_update(skip_locked=True).filter(id=payment_id).first()


def _lock(**by: UUID | str) -> Payment:
    payment = Payment.objects.select_for_update().filter(**by).first()
    if payment is None:
        raise PaymentNotFound(gettext("There is no such payment."))
    return payment
