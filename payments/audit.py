"""What must hold of payments and refunds at every commit."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from payments.models import Payment, Refund, StateChange, Verdict, WebhookEvent
from payments.states import PaymentState, RefundState
from shop.core.models import OutboxMessage
from shop.core.registry import Difference

# Banks take days for some refunds; then somebody should ask.
PENDING_AT_THE_BANK = timedelta(days=7)
# The sweep comes every second.
OVERDUE = timedelta(minutes=5)
CAPTURED = (PaymentState.SUCCEEDED, PaymentState.LATE_SUCCESS)


def check_payments() -> Iterator[Difference]:
    """Yield what is wrong with payments by themselves; orders check theirs against these."""
    yield from _changed_without_a_reason()
    yield from _applied_without_effect()
    yield from _late_money_kept()
    yield from _refunds_that_differ()
    yield from _refunds_nobody_sends()
    yield from _money_that_stays()
    yield from _nobody_times_out()


def _changed_without_a_reason() -> Iterator[Difference]:
    """Each settled payment's last change led to the state it is in, by a cause on record."""
    last = StateChange.objects.filter(payment=OuterRef("pk")).order_by("-id").values("new")[:1]
    settled = Payment.objects.exclude(state=PaymentState.PENDING).annotate(
        last=Coalesce(Subquery(last), Value(""))
    )
    for payment in settled.exclude(last=F("state")).iterator():
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
    # Staff look at these in the admin; whether money moved is what the gateway's books tell.
    for event in WebhookEvent.objects.filter(verdict__in=[Verdict.FAILED, Verdict.REFUSED]):
        yield Difference(
            kind=f"webhook_{event.verdict}",
            subject=event.event_id,
            detail=f"{event.kind}: {event.detail}",
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
        is_old = refund.tried_since < timezone.now() - PENDING_AT_THE_BANK
        on_its_way = str(refund.id) in carried and not is_old
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


def _money_that_stays() -> Iterator[Difference]:
    """A refund that finally failed: the shop holds a customer's money until staff act."""
    for refund in Refund.objects.filter(state=RefundState.FAILED).select_related("payment"):
        yield Difference(
            kind="refund_failed",
            subject=refund.payment.order_number,
            detail=f"{refund.amount} could not be given back: {refund.last_error}",
        )


def _nobody_times_out() -> Iterator[Difference]:
    long_due = timezone.now() - OVERDUE
    for payment in Payment.objects.filter(state=PaymentState.PENDING, expires_at__lt=long_due):
        yield Difference(
            kind="payment_overdue",
            subject=payment.order_number,
            detail=f"Its window ended {payment.expires_at:%Y-%m-%d %H:%M} UTC; do the timers run?",
        )
