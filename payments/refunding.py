"""Giving money back: asked for once, sent until the gateway confirms, never paid twice."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from payments.errors import NothingToRefund
from payments.events import RefundFailed, RefundFinished, RefundRequested
from payments.gateways import gateway
from payments.gateways.base import GatewayRefused
from payments.locking import lock_by_id, lock_by_order
from payments.models import Payment, Refund
from payments.states import REFUND_TRANSITIONS, RefundState, check_transition
from shop.core import outbox
from shop.core.errors import InfrastructureError

logger = logging.getLogger(__name__)

LONGEST_DELAY = timedelta(hours=1)
# An outage is waited out for a day; a gateway that says no is asked five times.
GIVE_UP_AFTER = timedelta(days=1)
MOST_REFUSALS = 5
OPEN = (RefundState.REQUESTED, RefundState.SENT)


@dataclass(frozen=True, kw_only=True)
class RefundAnswer:
    """What we know of a refund at the gateway: pending, done, failed, or unknown: no answer."""

    state: str
    ref: str = ""
    reason: str = ""


@transaction.atomic
def request_refund(*, order_number: str, reason: str, now: datetime) -> UUID:
    """Have the whole captured amount sent back, and return the refund's id.

    Asking again returns the same refund: there is one for a payment at most.

    :raises NothingToRefund: if nothing was captured
    """
    payment = lock_by_order(order_number)
    if not payment.is_captured:
        raise NothingToRefund("Nothing was paid for this order, so nothing can be refunded.")
    refund, created = Refund.objects.get_or_create(
        payment=payment,
        defaults={
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "reason": reason,
            "requested_at": now,
            "tried_since": now,
        },
    )
    if created:
        _ask_for_sending(refund, payment)
    return refund.id


@transaction.atomic
def retry_refund(*, refund_id: UUID, now: datetime) -> None:
    """Start a new round of attempts for a refund that failed, with the same key as before.

    :raises IllegalPaymentTransition: unless it failed
    """
    refund = _lock(refund_id)
    if refund.state != RefundState.FAILED:
        check_transition({refund.state: frozenset()}, refund.state, RefundState.REQUESTED)
    refund.state, refund.attempts, refund.tried_since = RefundState.REQUESTED, 0, now
    refund.settled_at = None
    refund.save(update_fields=["state", "attempts", "tried_since", "settled_at"])
    _ask_for_sending(refund, refund.payment)


def send_refund(*, refund_id: UUID | str, now: datetime) -> None:
    """Send a refund to the gateway, or ask how one stands that it took but has not done.

    The network call is made without locks; its answer is recorded under them.
    """
    refund = Refund.objects.select_related("payment").get(id=refund_id)
    if refund.state not in OPEN:
        return
    bank = gateway(refund.payment.gateway)
    try:
        said = bank.refund(
            capture_ref=refund.payment.capture_ref,
            amount=refund.amount,
            idempotency_key=str(refund.id),
        )
        answer = RefundAnswer(ref=said.ref, state=said.state.value, reason=said.reason)
    except GatewayRefused as error:
        answer = RefundAnswer(state="failed", reason=str(error))
    except InfrastructureError as error:
        answer = RefundAnswer(state="unknown", reason=str(error))
    record_answer(refund_id=refund.id, answer=answer, now=now)


@transaction.atomic
def record_answer(*, refund_id: UUID | str, answer: RefundAnswer, now: datetime) -> str:
    """Note what the gateway said of a refund, and return the state this led to ("" if none)."""
    refund = _lock(refund_id)
    if refund.state == RefundState.DONE or (
        refund.state == RefundState.FAILED and answer.state != "done"
    ):
        return ""
    if answer.ref:
        refund.gateway_ref = answer.ref
    if answer.state == "done":
        _settle(refund, RefundState.DONE, now)
        outbox.publish(RefundFinished(**_facts(refund)))
        return refund.state
    refund.attempts += 1
    refund.last_error = answer.reason[:500]
    if _is_hopeless(refund, answer, now):
        _settle(refund, RefundState.FAILED, now)
        outbox.publish(RefundFailed(detail=refund.last_error, **_facts(refund)))
        return refund.state
    refund.state = RefundState.SENT if answer.state == "pending" else RefundState.REQUESTED
    refund.save()
    delay = min(timedelta(seconds=2 ** min(refund.attempts, 12)), LONGEST_DELAY)
    _ask_for_sending(refund, refund.payment, delay)
    return refund.state


def _is_hopeless(refund: Refund, answer: RefundAnswer, now: datetime) -> bool:
    if answer.state == "failed":
        return refund.attempts >= MOST_REFUSALS
    return answer.state == "unknown" and now - refund.tried_since > GIVE_UP_AFTER


def _settle(refund: Refund, state: RefundState, now: datetime) -> None:
    check_transition(REFUND_TRANSITIONS, refund.state, state)
    refund.state = state
    refund.settled_at = now
    refund.save()


def _lock(refund_id: UUID | str) -> Refund:
    """Lock the payment first, as everybody does, then its refund."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(id=refund_id)
    lock_by_id(payment_id)
    return (
        Refund.objects.select_for_update(of=("self",)).select_related("payment").get(id=refund_id)
    )


def _ask_for_sending(refund: Refund, payment: Payment, delay: timedelta = timedelta()) -> None:
    event = RefundRequested(refund_id=str(refund.id), order_number=payment.order_number)
    outbox.publish(event, delay=delay)


def _facts(refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": str(refund.id),
        "order_number": refund.payment.order_number,
        "amount_minor": refund.amount_minor,
        "currency": refund.currency,
        "reason": refund.reason,
    }
