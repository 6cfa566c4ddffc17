"""What a lower layer needs of a higher one: small registries, filled in `apps.ready()`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries in the order they were added."""

    def __init__(self) -> None:
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> None:
        """Add or replace the entry of that name."""
        self._entries[name] = entry

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(list(self._entries.items()))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something that two places disagree about.

    `is_in_flight` marks what is expected to settle by itself, such as a leased outbox row.
    """

    kind: str
    subject: str
    detail: str
    is_in_flight: bool = False


AuditCheck = Callable[[], Iterable[Difference]]

audit_checks: Registry[AuditCheck] = Registry()

# What mends a projection from the state it is made of, and returns how much it changed.
AuditRepair = Callable[[], int]

audit_repairs: Registry[AuditRepair] = Registry()
