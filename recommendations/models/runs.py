"""Runs of the nightly job, and which of them the pages show."""

from django.conf import settings
from django.db import models


class RunStatus(models.TextChoices):
    """What became of a run."""

    RUNNING = "running"
    FAILED = "failed"  # the job gave up, or could not start: see the log
    REFUSED = "refused"  # its lists are there, but not good enough to publish by itself
    READY = "ready"  # its lists are there and good enough


class RecommendationRun(models.Model):
    """One run of the job, from its start to its lists.

    `stages` are objects with name, seconds and rows, in the order they ended; `metrics` is what
    the job measured on the held-out days, see docs/recommendations.md.
    """

    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.RUNNING)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()  # an old one, still running: its process died
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    outages = models.PositiveSmallIntegerField(default=0)  # attempts that found a store away
    resume_at = models.DateTimeField(null=True)  # nobody is at work on it until then
    seed = models.IntegerField(default=1)
    data_until = models.DateTimeField(null=True)  # the newest event it learned from
    stages = models.JSONField(default=list)
    metrics = models.JSONField(default=dict)
    verdict = models.TextField(blank=True)  # why it may be published, or may not
    log = models.TextField(blank=True)  # the end of it
    customer_count = models.PositiveBigIntegerField(default=0)
    product_count = models.PositiveBigIntegerField(default=0)
    has_lists = models.BooleanField(default=False)  # until they are cleared away

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="running"),
                name="one_recommendation_run_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"


class Publication(models.Model):
    """The switch: the newest one says whose lists the pages show, None for popular ones only."""

    run = models.ForeignKey(RecommendationRun, on_delete=models.PROTECT, null=True)
    published_at = models.DateTimeField()
    # Nobody: the nightly job itself.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500)
    # Popular lists only, or a way back: no run is published by itself after that.
    is_held = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.run or 'popular lists only'}, {self.published_at:%Y-%m-%d %H:%M}"
