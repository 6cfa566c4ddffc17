"""An e-mail backend for shops without a mail server: it keeps the e-mails in a table."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notifications.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    """Stores e-mails to be read at /dev/mailbox/; in the sender's transaction, if there is one."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages, each Message-ID once, as a mail server that removes doubles does."""
        MailboxMessage.objects.bulk_create(
            [_to_row(message) for message in email_messages], ignore_conflicts=True
        )
        return len(email_messages)


def _to_row(message: EmailMessage) -> MailboxMessage:
    # The same text that SMTP would send, so that a header that cannot be sent fails here too.
    headers = message.message()
    return MailboxMessage(
        message_id=str(headers["Message-ID"])[:255],
        subject=message.subject[:500],
        sender=message.from_email[:320],
        recipients="\n".join(message.recipients()),
        text=str(message.body),
        html=_html_of(message),
        received_at=timezone.now(),
    )


def _html_of(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    contents = (content for content, mimetype in message.alternatives if mimetype == "text/html")
    return str(next(contents, ""))
