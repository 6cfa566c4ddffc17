"""An order's e-mail: text and HTML from the same words, with headers that keep it single."""

import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.kinds import TO_STAFF, Kind
from notifications.suggestions import suggest
from notifications.wording import write
from orders.types import OrderView
from shop.core.order_links import sign_order_link


def build_message(
    kind: Kind, order: OrderView, *, reference: str = "", detail: str = ""
) -> EmailMultiAlternatives:
    """Return the e-mail of this kind for this order, ready to be sent."""
    is_for_staff = kind in TO_STAFF
    wording = write(kind, order, detail=detail)
    context = {
        "order": order,
        "wording": wording,
        "is_for_staff": is_for_staff,
        "url": settings.SHOP_URL + (_desk_of(order) if is_for_staff else _page_of(order)),
        "shop_name": settings.SHOP_NAME,
        "shop_url": settings.SHOP_URL,
        "suggestions": suggest(kind, order),
    }
    message = EmailMultiAlternatives(
        subject=wording.subject,
        body=render_to_string("notifications/order.txt", context).strip() + "\n",
        to=[settings.STAFF_EMAIL if is_for_staff else order.email],
        headers={
            "Message-ID": message_id(kind, order.number, reference),
            # All e-mails of one order make one conversation.
            "References": f"<order.{order.number}@{_domain()}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("notifications/order.html", context), "text/html")
    return message


def message_id(kind: Kind, order_number: str, reference: str) -> str:
    """Return the same Message-ID for the same e-mail, by which mail servers drop a second copy."""
    suffix = f".{hashlib.sha256(reference.encode()).hexdigest()[:12]}" if reference else ""
    return f"<{kind}.{order_number}{suffix}@{_domain()}>"


def _page_of(order: OrderView) -> str:
    # Customers sign in to see it; a link that works without should not lie in their mailbox.
    return sign_order_link(order.number) if order.customer_id is None else order.url


def _desk_of(order: OrderView) -> str:
    # Where staff start a refund again.
    [refund] = order.refunds
    return reverse("admin:payments_refund_change", args=[refund.refund_id])


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
