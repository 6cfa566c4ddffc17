"""What every desk of the bank works with."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from payments.sandbox_site.books import Books


@dataclass(frozen=True, kw_only=True)
class Bank:
    """The books, the clock, and the bell that wakes the courier."""

    books: Books
    secret: str
    webhook_attempts: int = 40
    clock: Callable[[], float] = time.time
    bell: threading.Event = field(default_factory=threading.Event)

    def now(self) -> float:
        return self.clock()
