"""What shoppers did on some days, as the lake tells it: each partition is read once.

A shopper is the key of the customer, also for what they did before they signed in; else that of
the browser.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from recommendations.lake import EventLake, Partition
from recommendations.serving.groups import group_of, kept_groups
from recommendations.types import Group, Shopper

Keys = set[str]
WHO = ("visitor", "customer_id")
# What tells two of a kind apart here, beside who did it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "impression": ("place", "group"),
    "click": ("place",),
    "cart": ("place", "action"),
    "wishlist": (),
    "sign-in": (),
}
ADD = (None, "add")
PAID = "confirmed"
ASKED_AT_ONCE = 10_000


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An order that was paid for, and by whom."""

    key: str
    total_minor: int
    currency: str


class Acts:
    """What was done on `days`, and later as far as it is asked for."""

    def __init__(self, lake: EventLake, days: Sequence[date]) -> None:
        self._lake = lake
        self._read: dict[Partition, Sequence[Mapping[str, object]]] = {}
        # A browser has another id after it: all that was done under this one is theirs.
        self._customers = {
            row["visitor"]: row["customer_id"]
            for day in days
            for row in self._rows("sign-in", day)
        }

    def shown(self, day: date) -> dict[tuple[str, str], Keys]:
        """Return who was shown a row that day, by its place and their group."""
        shown: dict[tuple[str, str], Keys] = defaultdict(set)
        for row in self._rows("impression", day):
            if key := self._key(row):
                shown[str(row["place"]), str(row["group"])].add(key)
        return dict(shown)

    def acted(self, kind: str, place: str, day: date) -> Keys:
        """Return who clicked there that day, or put something from there into the cart."""
        rows = self._rows(kind, day)
        keys = {
            self._key(row) for row in rows if row["place"] == place and row.get("action") in ADD
        }
        return keys - {""}

    def actors(self, kind: str, day: date) -> Keys:
        """Return who did anything of the kind that day."""
        return {self._key(row) for row in self._rows(kind, day)} - {""}

    def sales(self, day: date) -> list[Sale]:
        """Return what was paid for that day."""
        columns = ["outcome", "total_minor", "currency", *WHO]
        table = self._lake.read(Partition("order", day), columns=columns)
        return [
            Sale(key=key, total_minor=row["total_minor"] or 0, currency=row["currency"])
            for row in table.filter(pc.equal(table["outcome"], PAID)).to_pylist()
            if (key := self._key(row)) and row["currency"]
        ]

    def _rows(self, kind: str, day: date) -> Sequence[Mapping[str, object]]:
        """Return who did it with what tells it apart, each combination once."""
        partition = Partition(kind, day)
        if partition not in self._read:
            columns = [*COLUMNS[kind], *WHO]
            table: pa.Table = self._lake.read(partition, columns=columns)
            self._read[partition] = table.group_by(columns).aggregate([]).to_pylist()
        return self._read[partition]

    def _key(self, row: Mapping[str, object]) -> str:
        """Return the shopper's key, "" for nobody."""
        visitor = str(row["visitor"] or "")
        customer_id = row["customer_id"] or self._customers.get(visitor)
        if not customer_id and not visitor:
            return ""
        return Shopper(
            visitor=visitor, customer_id=int(str(customer_id)) if customer_id else None
        ).key


def groups_of(keys: Iterable[str]) -> dict[str, Group]:
    """Return the group of each shopper, as the pages tell it."""
    groups = {key: group_of(key) for key in keys}
    customers = [int(key.removeprefix("c")) for key in groups if key.startswith("c")]
    for start in range(0, len(customers), ASKED_AT_ONCE):
        kept = kept_groups(customers[start : start + ASKED_AT_ONCE])
        groups |= {f"c{customer_id}": group for customer_id, group in kept.items()}
    return groups
