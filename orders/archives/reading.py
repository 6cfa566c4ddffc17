"""Reading back what an archive holds, whatever has become of it."""

import json
import logging
from datetime import datetime
from typing import Any

from orders.archives.base import ArchiveEntry
from orders.snapshots import order_from_json

logger = logging.getLogger(__name__)


def entry_of(number: str, archived_at: datetime, body: dict[str, Any] | str) -> ArchiveEntry:
    """Return the entry; whatever is wrong with one order must not hide the others."""
    try:
        order = order_from_json(json.loads(body) if isinstance(body, str) else body)
    except Exception:
        logger.exception("Could not read an archived order.", extra={"number": number})
        order = None
    return ArchiveEntry(number=number, archived_at=archived_at, order=order)
