"""Tables of notifications: which e-mail went out, and the mailbox of a development shop."""

from django.db import models


class SentNotification(models.Model):
    """An e-mail that went to the mail server; the unique key keeps it from going out twice."""

    order_number = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    reference = models.CharField(
        max_length=64,
        blank=True,
        help_text="Tells e-mails of one kind apart: which of an order's refunds.",
    )
    recipient = models.EmailField(max_length=254)
    message_id = models.CharField(max_length=200)
    sent_at = models.DateTimeField()

    class Meta:
        """Each e-mail once."""

        ordering = ("-sent_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["order_number", "kind", "reference"], name="notifications_sent_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} for {self.order_number}"


class MailboxMessage(models.Model):
    """An e-mail that a shop without a mail server kept, to be read at /dev/mailbox/."""

    message_id = models.CharField(max_length=255, unique=True)
    subject = models.CharField(max_length=500)
    sender = models.CharField(max_length=320)
    recipients = models.TextField(help_text="One a line.")
    text = models.TextField()
    html = models.TextField(blank=True)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        """Newest first."""

        ordering = ("-received_at", "-id")

    def __str__(self) -> str:
        return self.subject
