"""After the demo data is entered: everything that follows from it, before the first page."""

from datetime import datetime

from recommendations.services import build_popular, collect_events
from shop.core import outbox
from shop.demo.crowd import remember_crowd


def settle(*, now: datetime) -> int:
    """Deliver every event here and now, and return how many there were.

    Otherwise the first shopper of a fresh demo would look at a half-filled index and an empty
    "popular" row, until the workers have caught up.
    """
    total = 0
    while delivered := outbox.deliver_due(now=now):
        total += delivered
    remember_crowd(now=now)
    collect_events(now=now)
    build_popular(now=now)
    return total
