"""Gateways' messages: each genuine one is kept, and has its effect once.

A row and its effect are one transaction, the effect in a savepoint of it: what is refused is
kept with its verdict, what goes wrong is kept as failed and can be replayed.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from payments.errors import WebhookRefused
from payments.gateways import gateway
from payments.gateways.base import EventKind, GatewayEvent
from payments.models import Payment, Refund, Verdict, WebhookEvent
from payments.outcomes import record_failure, record_success
from payments.refunding import RefundAnswer, record_answer
from payments.stored_events import event_from_json, event_to_json
from shop.core.errors import DomainError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class WebhookAnswer:
    """`is_duplicate` is true for a message that was dealt with before."""

    verdict: str
    detail: str = ""
    is_duplicate: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.verdict != Verdict.FAILED


def receive_webhook(
    *, gateway_name: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> WebhookAnswer:
    """Verify a message, keep it and give it its effect.

    :raises InvalidInput: bad signature, old timestamp or not a message; nothing is kept
    :raises UnknownGateway: if no gateway has that name
    """
    event = gateway(gateway_name).parse_webhook(headers=headers, body=body, now=now)
    with transaction.atomic():
        row, is_new = _keep(gateway_name, event, now)
        if not is_new and row.verdict not in {Verdict.RECEIVED, Verdict.FAILED}:
            return WebhookAnswer(verdict=row.verdict, detail=row.detail, is_duplicate=True)
        return _apply(row, event, now)


def replay_webhook(*, webhook_id: int, now: datetime) -> WebhookAnswer:
    """Try the effect of a kept message that failed once more."""
    with transaction.atomic():
        row = WebhookEvent.objects.select_for_update().get(id=webhook_id)
        if row.verdict != Verdict.FAILED:
            return WebhookAnswer(verdict=row.verdict, detail=row.detail, is_duplicate=True)
        return _apply(row, event_from_json(row.body), now)


def _keep(gateway_name: str, event: GatewayEvent, now: datetime) -> tuple[WebhookEvent, bool]:
    """Insert the event's row, or wait for whoever is at it and return theirs, locked."""
    new = WebhookEvent(
        gateway=gateway_name,
        event_id=event.event_id[:200],
        kind=event.kind.value,
        payment_id=(event.payment_id or "")[:64],
        body=event_to_json(event),
        received_at=now,
    )
    WebhookEvent.objects.bulk_create([new], ignore_conflicts=True)
    row = WebhookEvent.objects.select_for_update().get(gateway=gateway_name, event_id=new.event_id)
    return row, row.verdict == Verdict.RECEIVED


def _apply(row: WebhookEvent, event: GatewayEvent, now: datetime) -> WebhookAnswer:
    effect, detail = "", ""
    try:
        with transaction.atomic():
            effect = _give_effect(row, event, now)
            verdict = Verdict.APPLIED if effect else Verdict.IGNORED
    except DomainError as error:
        verdict, detail = Verdict.REFUSED, str(error)
        logger.warning("A webhook was refused.", extra={"webhook_id": row.id, "why": detail})
    except Exception as error:
        # Kept and answered with an error: the gateway sends it again, and staff can replay it.
        verdict, detail = Verdict.FAILED, f"{type(error).__name__}: {error}"
        logger.exception("Could not apply a webhook.", extra={"webhook_id": row.id})
    row.verdict, row.detail, row.effect = verdict, detail[:500], effect
    row.save(update_fields=["verdict", "detail", "effect"])
    return WebhookAnswer(verdict=verdict, detail=detail)


def _give_effect(row: WebhookEvent, event: GatewayEvent, now: datetime) -> str:
    if event.kind in {EventKind.REFUND_DONE, EventKind.REFUND_FAILED}:
        return _apply_to_refund(event, now)
    payment_id = _find_payment(row.gateway, event)
    if event.kind == EventKind.PAYMENT_SUCCEEDED:
        if event.amount is None or not event.capture_ref:
            raise WebhookRefused("A success without its amount or capture.")
        return record_success(
            payment_id=payment_id,
            amount=event.amount,
            capture_ref=event.capture_ref,
            cause=event.kind.value,
            now=now,
            webhook=row,
        )
    if event.kind in {EventKind.PAYMENT_FAILED, EventKind.PAYMENT_CANCELLED}:
        return record_failure(payment_id=payment_id, cause=event.kind.value, now=now, webhook=row)
    return ""


def _find_payment(gateway_name: str, event: GatewayEvent) -> str:
    """Return the id of the payment meant.

    :raises WebhookRefused: if it is not one of this gateway's
    """
    try:
        known = Payment.objects.filter(id=event.payment_id or "", gateway=gateway_name).exists()
    except (ValidationError, ValueError):
        known = False
    if not known or event.payment_id is None:
        raise WebhookRefused("No payment of ours has this id.")
    return event.payment_id


def _apply_to_refund(event: GatewayEvent, now: datetime) -> str:
    """Find the refund by the key it was sent with, which is its id."""
    try:
        refund = Refund.objects.filter(id=event.idempotency_key or "").first()
    except (ValidationError, ValueError):
        refund = None
    if refund is None:
        raise WebhookRefused("No refund of ours has this key.")
    if event.amount is not None and event.amount != refund.amount:
        raise WebhookRefused(f"{event.amount} was refunded, {refund.amount} was asked for.")
    state = "done" if event.kind == EventKind.REFUND_DONE else "failed"
    answer = RefundAnswer(ref=event.refund_ref or "", state=state, reason=event.reason)
    return record_answer(refund_id=refund.id, answer=answer, now=now)
