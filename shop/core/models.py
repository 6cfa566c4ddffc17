"""The outbox table, and the answers that are given twice."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutboxMessage(models.Model):
    """One event on its way to one subscriber; deleted once the subscriber has handled it.

    `leased_until` is set while a worker has it; when the lease runs out, somebody else may take
    the row. `parked_at` marks a dead letter: only staff set it going again.
    """

    id = models.BigAutoField(primary_key=True)
    event_type = models.CharField(max_length=100)
    subscriber = models.CharField(max_length=200)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    available_at = models.DateTimeField(default=timezone.now)
    lease = models.UUIDField(null=True, blank=True, default=None)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    parked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "outbox message"
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                name="outbox_due",
                condition=Q(parked_at__isnull=True),
            ),
            models.Index(fields=["lease"], name="outbox_lease", condition=Q(lease__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} to {self.subscriber} ({self.id})"


class IdempotentAnswer(models.Model):
    """What an API call with an idempotency key was answered, for those who send it again.

    `owner` is "c" and a customer's id, or "v" and a visitor's.
    """

    owner = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotent_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.status} for {self.owner}"


def new_lease() -> uuid.UUID:
    return uuid.uuid4()
