"""Payments, refunds and the webhook events that changed them; all stay in SQL for good."""

import uuid

from django.db import models
from django.db.models import Q

from payments.states import PaymentState, RefundState
from shop.core.money import Money


class Payment(models.Model):
    """The one payment of an order; what it captured is `amount_minor`, all or nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order_number = models.CharField(max_length=20, unique=True)
    gateway = models.CharField(max_length=30)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=20, choices=PaymentState.choices, default=PaymentState.PENDING
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    session_ref = models.CharField(max_length=200, blank=True)
    session_url = models.URLField(max_length=1000, blank=True)
    capture_ref = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payment_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PaymentState.values), name="payment_state_known"
            ),
            models.UniqueConstraint(
                fields=["gateway", "session_ref"],
                condition=~Q(session_ref=""),
                name="payment_session_unique",
            ),
            models.UniqueConstraint(
                fields=["gateway", "capture_ref"],
                condition=~Q(capture_ref=""),
                name="payment_capture_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state=PaymentState.PENDING),
                name="payment_due",
            ),
            models.Index(fields=["-created_at"], name="payment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.order_number}: {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_captured(self) -> bool:
        return self.state in {PaymentState.SUCCEEDED, PaymentState.LATE_SUCCESS}


class Refund(models.Model):
    """The whole amount of a payment on its way back; there is at most one for a payment.

    Its id is the gateway's idempotency key: however often it is sent, money moves once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="refund")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=20, choices=RefundState.choices, default=RefundState.REQUESTED
    )
    reason = models.CharField(max_length=50)
    attempts = models.PositiveIntegerField(default=0)
    gateway_ref = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    requested_at = models.DateTimeField()
    # when the present round of attempts began: staff may begin a new one
    tried_since = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=RefundState.values), name="refund_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tried_since"],
                condition=Q(state__in=[RefundState.REQUESTED, RefundState.SENT]),
                name="refund_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Verdict(models.TextChoices):
    """What became of a webhook event."""

    RECEIVED = "received", "received"
    APPLIED = "applied", "applied"
    IGNORED = "ignored", "nothing to do"
    REFUSED = "refused", "refused"
    FAILED = "failed", "failed: can be replayed"


class WebhookEvent(models.Model):
    """A gateway's message as it came, kept with its verdict; the pair of ids is unique."""

    gateway = models.CharField(max_length=30)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=50)
    payment_id = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    verdict = models.CharField(max_length=20, choices=Verdict.choices, default=Verdict.RECEIVED)
    detail = models.CharField(max_length=500, blank=True)
    # the payment's state that the event's effect led to; the audit compares the two
    effect = models.CharField(max_length=20, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="webhook_event_once")
        ]
        indexes = [
            models.Index(fields=["payment_id"], name="webhook_payment"),
            models.Index(fields=["-received_at"], name="webhook_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}: {self.verdict}"


class StateChange(models.Model):
    """Why a payment is in the state it is in: one row per change, never altered."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="changes")
    old = models.CharField(max_length=20)
    new = models.CharField(max_length=20)
    cause = models.CharField(max_length=50)
    webhook = models.ForeignKey(WebhookEvent, null=True, blank=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["payment", "at"], name="payment_changes")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new} ({self.cause})"
