"""Groups of customers whose lists are judged apart."""

from collections.abc import Collection

UNKNOWN = "never seen before"
NEVER = "nothing bought so far"
DAYS = ((2, "bought on 1 day"), (5, "bought on 2 to 4 days"), (10, "bought on 5 to 9 days"))
MOST_DAYS = "bought on 10 days or more"
PAUSES = ((31, "last bought within 30 days"), (91, "last bought 31 to 90 days ago"))
LONGEST_PAUSE = "last bought over 90 days ago"


def segments_of(days: Collection[int], *, today: int) -> list[str]:
    """Return the segments of a customer who bought on these days."""
    if not days:
        return [NEVER]
    pause = today - max(days)
    return [
        next((name for below, name in DAYS if len(days) < below), MOST_DAYS),
        next((name for below, name in PAUSES if pause < below), LONGEST_PAUSE),
    ]
