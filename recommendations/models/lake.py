"""Events that could not enter the lake, and those that are to leave it."""

from django.db import models


class ParkedEvent(models.Model):
    """An event of the stream that is not what it should be, kept with the reason."""

    entry_id = models.CharField(max_length=50, unique=True)
    content = models.TextField()  # JSON; as text, because jsonb refuses some of it
    reason = models.CharField(max_length=500)
    parked_at = models.DateTimeField()

    class Meta:
        ordering = ["-parked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.reason}"


class ForgottenCustomer(models.Model):
    """A customer whose events are to go from the lake; `done_at` once none can arrive any more."""

    customer_id = models.BigIntegerField(primary_key=True)
    requested_at = models.DateTimeField()
    swept_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"customer {self.customer_id}"
