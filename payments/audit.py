"""What must hold of payments and refunds at every commit."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from payments.models import Payment, Refund, StateChange, Verdict, WebhookEvent
from payments.states import PaymentState, RefundState
from shop.core.models import OutboxMessage
from shop.core.registry import Difference

CAPTURED = (PaymentState.SUCCEEDED, PaymentState.LATE_SUCCESS)


def check_payments() -> Iterator[Difference]:
    """Yield what is wrong with payments by themselves; orders check theirs against these."""
    yield from _changed_without_a_reason()
    yield from _applied_without_effect()
    yield from _late_money_kept()
    yield from _refunds_that_differ()
    yield from _refunds_nobody_sends()


def _changed_without_a_reason() -> Iterator[Difference]:
    """Each settled payment's last change led to the state it is in, by a cause on record."""
    for payment in Payment.objects.exclude(state=PaymentState.PENDING).prefetch_related("changes"):
        changes = sorted(payment.changes.all(), key=lambda change: change.id)
        if not changes or changes[-1].new != payment.state:
            yield Difference(
                kind="payment_changed_without_cause",
                subject=payment.order_number,
                detail=f"The payment is {payment.state}, but nothing on record made it so.",
            )
    by_webhook = StateChange.objects.filter(cause__startswith="payment.", webhook__isnull=True)
    for change in by_webhook.select_related("payment"):
        yield Difference(
            kind="effect_without_event",
            subject=change.payment.order_number,
            detail=f"{change.old} → {change.new} by {change.cause}, which is not on record.",
        )


def _applied_without_effect() -> Iterator[Difference]:
    applied = WebhookEvent.objects.filter(verdict=Verdict.APPLIED, kind__startswith="payment.")
    for event in applied.filter(statechange__isnull=True):
        yield Difference(
            kind="event_without_effect",
            subject=event.payment_id,
            detail=f"{event.event_id} counts as applied but changed nothing.",
        )
    for event in WebhookEvent.objects.filter(verdict=Verdict.FAILED):
        yield Difference(
            kind="webhook_failed",
            subject=event.event_id,
            detail=event.detail,
            is_in_flight=True,
        )


def _late_money_kept() -> Iterator[Difference]:
    late = Payment.objects.filter(state=PaymentState.LATE_SUCCESS, refund__isnull=True)
    for payment in late:
        yield Difference(
            kind="captured_without_order_or_refund",
            subject=payment.order_number,
            detail=f"{payment.amount} came too late and is not on its way back.",
        )


def _refunds_that_differ() -> Iterator[Difference]:
    wrong = Refund.objects.exclude(
        amount_minor=F("payment__amount_minor"), currency=F("payment__currency")
    )
    for refund in wrong.select_related("payment"):
        yield Difference(
            kind="refund_of_another_amount",
            subject=refund.payment.order_number,
            detail=f"{refund.amount} of {refund.payment.amount}.",
        )
    for refund in Refund.objects.exclude(payment__state__in=CAPTURED).select_related("payment"):
        yield Difference(
            kind="refund_of_nothing",
            subject=refund.payment.order_number,
            detail=f"The payment is {refund.payment.state}.",
        )


def _refunds_nobody_sends() -> Iterator[Difference]:
    """An open refund needs an outbox row that carries it on; without one it is stuck."""
    carried = set(
        OutboxMessage.objects.filter(event_type="payments.refund-requested").values_list(
            "payload__refund_id", flat=True
        )
    )
    still_open = Refund.objects.filter(state__in=[RefundState.REQUESTED, RefundState.SENT])
    for refund in still_open.select_related("payment"):
        on_its_way = str(refund.id) in carried
        yield Difference(
            kind="refund_on_its_way" if on_its_way else "refund_stuck",
            subject=refund.payment.order_number,
            detail=f"{refund.amount} is {refund.state}, tried {refund.attempts} times.",
            is_in_flight=on_its_way,
        )
    doubled = Payment.objects.annotate(
        changes_to=Count("changes", filter=Q(changes__new="late_success"))
    )
    for payment in doubled.filter(changes_to__gt=1):
        yield Difference(
            kind="late_success_twice", subject=payment.order_number, detail="Two late captures."
        )
