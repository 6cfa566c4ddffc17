"""One line in the log when the engine goes away and one when it is back, not one a search."""

import logging

from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)


class OutageLog:
    """Knows whether the engine answered this process the last time."""

    def __init__(self) -> None:
        self._is_away = False

    def note_failure(self, error: StoreUnavailable) -> None:
        if not self._is_away:
            logger.warning("Could not reach the search index; searching in SQL: %s", error)
        self._is_away = True

    def note_answer(self) -> None:
        if self._is_away:
            logger.warning("The search index answers again.")
        self._is_away = False
