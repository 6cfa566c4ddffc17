"""Lists made from the lake, and events that could not enter it."""

from django.db import models


class PopularProduct(models.Model):
    """A place in the list of a category's popular products; the empty path is the whole shop."""

    category = models.CharField(max_length=300, blank=True)
    rank = models.PositiveIntegerField()
    product_id = models.BigIntegerField()
    score = models.FloatField()
    built_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "rank"], name="popular_rank_once"),
            models.UniqueConstraint(
                fields=["category", "product_id"], name="popular_product_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or 'everything'} #{self.rank}: {self.product_id}"


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
