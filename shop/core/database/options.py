"""How the shop connects to PostgreSQL; read by the settings."""

from collections.abc import Mapping
from typing import Any

# Nobody waits for a page that long; an import, a rebuild or a migration may take its time.
WEB_TIMEOUTS = {
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
}
WAIT_SECONDS = 2


def connection_options(
    given: Mapping[str, Any], *, pool_size: int, with_timeouts: bool
) -> dict[str, Any]:
    """Return the driver's options; those of the URL, `given`, win over our time-outs."""
    timeouts = [f"-c {name}={value}" for name, value in WEB_TIMEOUTS.items() if with_timeouts]
    return {
        **given,
        "connect_timeout": WAIT_SECONDS,
        "options": " ".join([*timeouts, given.get("options", "")]).strip(),
        # One pool per process: opening a connection costs more than most pages' statements.
        "pool": {
            "min_size": 0,
            "max_size": pool_size,
            "timeout": WAIT_SECONDS,
            # Its own later attempts come ever more seldom; the next who asks makes another.
            "reconnect_timeout": WAIT_SECONDS,
        },
    }
