"""What the demo customers have ordered: one story for each status an order can end or rest in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1)
# From placing the order to each of its steps.
PAID = timedelta(minutes=4)
PACKED = timedelta(hours=5)
SHIPPED = timedelta(hours=23)
DELIVERED = timedelta(days=6, hours=3)
RETURNED = timedelta(days=11)
CANCELLED = timedelta(hours=2)
REFUNDED = timedelta(minutes=3)  # after the cancellation or return


@dataclass(frozen=True, kw_only=True)
class Story:
    """An order placed `days_ago` that came as far as `status`; of `lines` different things."""

    days_ago: float
    status: str
    lines: int = 1
    express: bool = False


STORIES: Mapping[str, tuple[Story, ...]] = {
    "maya@customer.example": (
        Story(days_ago=410, status="delivered", lines=2),
        Story(days_ago=233, status="delivered"),
        Story(days_ago=97, status="returned"),
        Story(days_ago=52, status="payment_timed_out", lines=2),
        Story(days_ago=51.9, status="delivered", lines=2),
        Story(days_ago=24, status="delivered", lines=3),
        Story(days_ago=16, status="cancelled"),
        Story(days_ago=9, status="payment_failed"),
        Story(days_ago=2, status="shipped", lines=2, express=True),
        Story(days_ago=1.1, status="packed"),
        Story(days_ago=0.3, status="confirmed", lines=2),
        Story(days_ago=0.02, status="awaiting_payment"),
    ),
    "jonas@customer.example": (
        Story(days_ago=188, status="delivered", lines=3),
        Story(days_ago=61, status="cancelled"),
        Story(days_ago=33, status="delivered", lines=2),
        Story(days_ago=13, status="returned"),
        Story(days_ago=3, status="shipped"),
    ),
    "aiyana@customer.example": (
        Story(days_ago=120, status="delivered"),
        Story(days_ago=18, status="delivered", lines=2),
        Story(days_ago=1.4, status="packed"),
    ),
    "tomas@customer.example": (
        Story(days_ago=74, status="delivered", lines=2),
        Story(days_ago=29, status="payment_timed_out"),
        Story(days_ago=0.6, status="confirmed", express=True),
    ),
    "harriet@customer.example": (
        Story(days_ago=301, status="returned", lines=2),
        Story(days_ago=45, status="delivered"),
        Story(days_ago=8, status="delivered", lines=2),
    ),
    "keoni@customer.example": (
        Story(days_ago=66, status="payment_failed"),
        Story(days_ago=20, status="delivered"),
    ),
}
