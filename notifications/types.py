"""Value objects of notifications."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class NotificationView:
    """An e-mail that went out for an order."""

    kind: str
    recipient: str
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class MailView:
    """An e-mail in the development mailbox."""

    id: int
    subject: str
    sender: str
    recipients: tuple[str, ...]
    text: str
    html: str
    received_at: datetime
