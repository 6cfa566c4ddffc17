"""Deleting what has had its time: sessions, and what is kept for calls that are repeated."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.tokens import forget_used_tokens
from orders.services import forget_old_keys
from shop.api.idempotency import forget_old_answers


@dataclass(frozen=True)
class Forgotten:
    """How many rows of each kind were deleted."""

    sessions: int
    devices: int
    answers: int
    order_keys: int
    tokens: int


def forget_what_is_over(*, now: datetime) -> Forgotten:
    """Delete it; whatever is killed in between goes on with the next call."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    # allauth forgets the device of a session only when its customer looks at the list of them.
    signed_in = Session.objects.values("session_key")
    devices, _ = UserSession.objects.exclude(session_key__in=signed_in).delete()
    return Forgotten(
        sessions=sessions,
        devices=devices,
        answers=forget_old_answers(now=now),
        order_keys=forget_old_keys(now=now),
        tokens=forget_used_tokens(now=now),
    )
