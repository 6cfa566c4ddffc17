"""Questions about e-mails: what went out for an order, what lies in the development mailbox."""

from notifications.models import MailboxMessage, SentNotification
from notifications.types import MailView, NotificationView
from shop.core.errors import NotFound

MAILBOX_LENGTH = 200


class MailNotFound(NotFound):
    """No such e-mail in the development mailbox."""

    code = "mail_not_found"

    def __init__(self, mail_id: int) -> None:
        super().__init__("There is no such e-mail.")
        self.mail_id = mail_id


def sent_notifications(*, order_number: str) -> list[NotificationView]:
    """Return which e-mails went out for an order, newest first."""
    rows = SentNotification.objects.filter(order_number=order_number)
    return [
        NotificationView(kind=row.kind, recipient=row.recipient, sent_at=row.sent_at)
        for row in rows
    ]


def list_mailbox() -> list[MailView]:
    """Return the newest e-mails of the development mailbox."""
    return [_view(row) for row in MailboxMessage.objects.all()[:MAILBOX_LENGTH]]


def get_mail(*, mail_id: int) -> MailView:
    """Return one e-mail of the development mailbox.

    :raises MailNotFound: if there is none
    """
    row = MailboxMessage.objects.filter(pk=mail_id).first()
    if row is None:
        raise MailNotFound(mail_id)
    return _view(row)


def _view(row: MailboxMessage) -> MailView:
    return MailView(
        id=row.pk,
        subject=row.subject,
        sender=row.sender,
        recipients=tuple(row.recipients.splitlines()),
        text=row.text,
        html=row.html,
        received_at=row.received_at,
    )
