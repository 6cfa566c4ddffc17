"""Paying demo orders at the sandbox bank as of a day in the past.

The money is booked in the bank's own books, by its own rules, with its clock set back, and the
shop hears of it by the webhook the bank wrote: so books, payments and orders agree.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from payments.sandbox_site.acts import Act, perform
from payments.sandbox_site.announcements import SIGNATURE_HEADER, signature_header
from payments.sandbox_site.bank import Bank
from payments.sandbox_site.books import Books
from payments.sandbox_site.records import Delivery
from payments.sandbox_site.refunds import RefundOrder, request_refund
from payments.sandbox_site.sessions import get_session, open_session
from payments.selectors import get_payment
from payments.services import receive_webhook
from payments.services import request_refund as ask_for_refund
from payments.types import PaymentInfo
from shop.core.order_links import sign_order_link


@dataclass(frozen=True, kw_only=True)
class PastBank:
    """The sandbox bank at a moment of the past."""

    books: Books

    def settle(self, *, order_number: str, action: str, now: datetime) -> None:
        """Do what a shopper does on the payment page: `action` is "pay" or "decline"."""
        payment = _payment(order_number)
        bank = self._at(now)
        session = open_session(bank, terms=_terms(payment))
        perform(bank, ref=session.ref, act=Act(action=action))
        self._tell_shop(session.ref, bank, now)

    def refund(self, *, order_number: str, reason: str, now: datetime) -> None:
        """Give back what the shop has asked to have given back."""
        refund_id = ask_for_refund(order_number=order_number, reason=reason, now=now)
        payment, bank = _payment(order_number), self._at(now)
        session = open_session(bank, terms=_terms(payment))  # the one it was paid in
        capture_ref = get_session(bank, ref=session.ref).capture_ref or ""
        request_refund(
            bank,
            order=RefundOrder(
                capture_ref=capture_ref,
                amount_minor=payment.amount.minor,
                currency=payment.amount.currency,
                idempotency_key=str(refund_id),
            ),
        )
        self._tell_shop(session.ref, bank, now)

    def _at(self, now: datetime) -> Bank:
        return Bank(books=self.books, secret=settings.SANDBOX_SECRET, clock=now.timestamp)

    def _tell_shop(self, session_ref: str, bank: Bank, now: datetime) -> None:
        with self.books.reading() as sql:
            rows = sql.execute(
                "SELECT id, event_id, body, flaw, attempts, max_attempts FROM deliveries"
                " WHERE session_ref = ? AND state = 'waiting' ORDER BY id",
                [session_ref],
            ).fetchall()
        for row in rows:
            delivery = Delivery(**dict(row))
            signature = signature_header(delivery, secret=bank.secret, now=bank.now())
            receive_webhook(
                gateway_name=settings.DEFAULT_GATEWAY,
                headers={SIGNATURE_HEADER: signature},
                body=delivery.body.encode(),
                now=now,
            )
            with self.books.transaction() as sql:
                sql.execute(
                    "UPDATE deliveries SET state = 'delivered', attempts = 1, answer = '200'"
                    " WHERE id = ?",
                    [delivery.id],
                )


def open_past_bank() -> PastBank:
    return PastBank(books=Books(settings.VAR_DIR / "sandbox" / "bank.sqlite3"))


def _payment(order_number: str) -> PaymentInfo:
    payment = get_payment(order_number=order_number)
    if payment is None:
        raise LookupError(f"Order {order_number} has no payment.")
    return payment


def _terms(payment: PaymentInfo) -> dict[str, object]:
    link = settings.SHOP_URL + sign_order_link(payment.order_number)
    return {
        "payment_id": str(payment.payment_id),
        "order_number": payment.order_number,
        "amount_minor": payment.amount.minor,
        "currency": payment.amount.currency,
        "description": f"{settings.SHOP_NAME} order {payment.order_number}",
        "return_url": link,
        "cancel_url": link,
        "expires_at": payment.expires_at.timestamp(),
    }
