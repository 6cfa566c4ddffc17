"""Sending an order's e-mail once.

The row that says "sent" is written first, then the e-mail is handed to the mail server, then the
transaction commits. Whoever comes meanwhile waits at the row's unique key and finds it taken; if
the mail server refuses, or we are killed, the row is gone with the transaction and the outbox
tries again. So an e-mail is never lost (at least once), and goes out twice only if we die in the
instant between the server's "accepted" and our commit; the second copy then carries the same
Message-ID. The opposite choice, to commit first, would lose e-mails about money in that instant.
"""

import logging
from datetime import datetime

from django.db import transaction

from notifications.kinds import STILL_TRUE, Kind
from notifications.messages import build_message
from notifications.models import SentNotification
from orders.selectors import get_order

logger = logging.getLogger(__name__)


@transaction.atomic
def send_once(
    *, order_number: str, kind: Kind, now: datetime, reference: str = "", detail: str = ""
) -> bool:
    """Send an e-mail about an order unless it was sent, or is not true any more; tell if it was.

    :raises OrderNotFound: if there is no such order
    :raises StoreUnavailable: if the order is archived and the archive does not answer
    :raises OSError: if the mail server does not take it (SMTPException is one)
    """
    order = get_order(number=order_number)
    if order.status not in STILL_TRUE[kind]:
        return False
    message = build_message(kind, order, reference=reference, detail=detail)
    _, is_first = SentNotification.objects.get_or_create(
        order_number=order_number,
        kind=kind,
        reference=reference,
        defaults={
            "recipient": message.to[0],
            "message_id": message.extra_headers["Message-ID"],
            "sent_at": now,
        },
    )
    if is_first:
        message.send()
    return is_first
