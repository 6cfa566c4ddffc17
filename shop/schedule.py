"""What beat sends and when, and how it reaches the broker."""

from typing import Any

from celery.schedules import crontab

BROKER_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    # kombu would try a refused connection three times, 6 s in all; the breakers do that better
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}
HOUR = 3600

# Seconds apart.
_ALL_DAY: dict[str, dict[str, Any]] = {
    "archive-orders": {
        "task": "orders.archive_orders",
        "schedule": 3600,
        "options": {"queue": "archive"},
    },
    "collect-events": {"task": "recommendations.collect_events", "schedule": 60},
    "build-popular": {"task": "recommendations.build_popular", "schedule": 900},
    "compact-lake": {"task": "recommendations.compact_lake", "schedule": 3600},
    "count-results": {"task": "recommendations.count_results", "schedule": 3600},
    "tend-runs": {"task": "recommendations.tend_runs", "schedule": 180},
    "discard-old-guest-carts": {"task": "cart.discard_old_guest_carts", "schedule": 86_400},
    "discard-old-guest-wishlists": {
        "task": "wishlist.discard_old_guest_wishlists",
        "schedule": 86_400,
    },
    "forget-what-is-over": {"task": "operations.forget_what_is_over", "schedule": 3600},
}


def beat_schedule(*, nightly_hour: int) -> dict[str, dict[str, Any]]:
    """Return `CELERY_BEAT_SCHEDULE`; the nightly job starts at that hour (UTC)."""
    nightly = {
        "task": "recommendations.build_lists",
        "schedule": crontab(hour=str(nightly_hour), minute="0"),
        # A worker that was away in between must not start one run for each night it missed.
        "options": {"queue": "recommendations", "expires": 6 * HOUR},
    }
    return {**_ALL_DAY, "build-lists": nightly}
