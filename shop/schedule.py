"""What beat sends, and how many seconds apart."""

from typing import Any

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "archive-orders": {
        "task": "orders.archive_orders",
        "schedule": 3600,
        "options": {"queue": "archive"},
    },
    "collect-events": {"task": "recommendations.collect_events", "schedule": 60},
    "build-popular": {"task": "recommendations.build_popular", "schedule": 900},
    "compact-lake": {"task": "recommendations.compact_lake", "schedule": 3600},
    "discard-old-guest-carts": {"task": "cart.discard_old_guest_carts", "schedule": 86_400},
    "discard-old-guest-wishlists": {
        "task": "wishlist.discard_old_guest_wishlists",
        "schedule": 86_400,
    },
}
