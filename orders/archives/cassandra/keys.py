"""Where an order's row is in the lists, and the instants that tell copies apart."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from orders.types import OrderView

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_YEAR = 9999


def to_micros(moment: datetime) -> int:
    """Return the microseconds since 1970; Cassandra's own timestamp has milliseconds only."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def year_of(moment: datetime) -> int:
    return moment.astimezone(UTC).year


@dataclass(frozen=True, kw_only=True)
class ListKey:
    """The row of `orders_by_customer`; a guest's order has none."""

    customer_id: int
    placed_at: int
    number: str

    @classmethod
    def of(cls, order: OrderView) -> "ListKey | None":
        return cls.at(order.customer_id, to_micros(order.placed_at), order.number)

    @classmethod
    def at(cls, customer_id: int | None, placed_at: int, number: str) -> "ListKey | None":
        if customer_id is None:
            return None
        return cls(customer_id=customer_id, placed_at=placed_at, number=number)

    @property
    def year(self) -> int:
        return year_of(from_micros(self.placed_at))

    @property
    def columns(self) -> tuple[int, int, int, str]:
        return self.customer_id, self.year, self.placed_at, self.number


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What is known of the copy that is there already."""

    listed_at: ListKey | None
    archived_at: int
    written_at: int


def write_time(earlier: Copy | None) -> int:
    """Return one timestamp for all the writes of a call, later than the copy that is there.

    With one timestamp the rows of two callers never mix: in every table the same one wins.
    """
    now = time.time_ns() // 1000
    return max(now, earlier.written_at + 1) if earlier else now
