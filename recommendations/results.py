"""How the rows do: counted from the lake day by day, for both groups.

A day can be counted again at any time: its numbers are replaced.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import transaction

from recommendations.lake import EventLake, Partition
from recommendations.models import GroupDay, PlaceDay
from recommendations.serving.groups import group_of
from recommendations.types import Group, Place, Shopper

# Events arrive late, and an e-mail is not read at once.
RECOUNTED_DAYS = 3
# So many days after it was shown, a click still counts for that day.
CLICKED_WITHIN_DAYS: Mapping[str, int] = {Place.MAIL: RECOUNTED_DAYS - 1}
# What only somebody does who is there; an order's events are also of its parcels.
VISITS = ("search", "click", "view", "cart", "wishlist")

Keys = set[str]


@dataclass(kw_only=True)
class Sales:
    """What was paid for in one currency."""

    buyers: Keys = field(default_factory=set)
    revenue_minor: int = 0


def count_results(lake: EventLake, *, today: date) -> int:
    """Count the last days anew and return how many rows they have.

    :raises StoreUnavailable: when the lake does not answer; what was counted stays
    """
    days = [today - timedelta(days=ago) for ago in range(RECOUNTED_DAYS)]
    return sum(_count_day(lake, day) for day in days)


def _count_day(lake: EventLake, day: date) -> int:
    places, groups = _place_days(lake, day), _group_days(lake, day)
    with transaction.atomic():
        PlaceDay.objects.filter(day=day).delete()
        GroupDay.objects.filter(day=day).delete()
        # Another process may count the same day: it counted the same.
        PlaceDay.objects.bulk_create(places, ignore_conflicts=True)
        GroupDay.objects.bulk_create(groups, ignore_conflicts=True)
    return len(places) + len(groups)


def _place_days(lake: EventLake, day: date) -> list[PlaceDay]:
    shown = _shown(lake, day)
    clicked = {place: _acted(lake, "click", place, day) for place, _ in shown}
    added = {place: _acted(lake, "cart", place, day) for place, _ in shown}
    return [
        PlaceDay(
            day=day,
            place=place,
            group=group,
            shown=len(shoppers),
            # Whoever was not shown it came by a link that somebody passed on.
            clicked=len(shoppers & clicked[place]),
            added=len(shoppers & added[place]),
        )
        for (place, group), shoppers in sorted(shown.items())
    ]


def _shown(lake: EventLake, day: date) -> dict[tuple[str, str], Keys]:
    table = lake.read(
        Partition("impression", day), columns=["place", "group", "visitor", "customer_id"]
    )
    shown: dict[tuple[str, str], Keys] = defaultdict(set)
    for row in _distinct(table, "place", "group"):
        if key := _key(row):
            shown[row["place"], row["group"]].add(key)
    return dict(shown)


def _acted(lake: EventLake, kind: str, place: str, day: date) -> Keys:
    """Return who did it in the place: that day, or soon enough after it."""
    keys: Keys = set()
    for later in range(1 + CLICKED_WITHIN_DAYS.get(place, 0)):
        partition = Partition(kind, day + timedelta(days=later))
        table = lake.read(partition, columns=["place", "action", "visitor", "customer_id"])
        keys.update(
            _key(row)
            for row in _distinct(table, "place", "action")
            if row["place"] == place and row["action"] in (None, "add")
        )
    return keys


def _group_days(lake: EventLake, day: date) -> list[GroupDay]:
    shoppers = _by_group(_visitors(lake, day))
    sales = _sales(lake, day)
    rows = []
    for group in Group:
        paid = {currency: each for (whose, currency), each in sales.items() if whose == group}
        there = shoppers[group].union(*(each.buyers for each in paid.values()))
        if there:
            paid.setdefault(settings.SHOP_CURRENCY, Sales())
        rows += [
            GroupDay(
                day=day,
                group=group,
                shoppers=len(there),
                buyers=len(each.buyers),
                revenue_minor=each.revenue_minor,
                currency=currency,
            )
            for currency, each in paid.items()
        ]
    return rows


def _visitors(lake: EventLake, day: date) -> Keys:
    keys: Keys = set()
    for kind in VISITS:
        table = lake.read(Partition(kind, day), columns=["visitor", "customer_id"])
        keys.update(map(_key, _distinct(table)))
    shown = _shown(lake, day).items()
    # An e-mail that was sent says nothing about who came.
    keys.update(*(who for (place, _), who in shown if place != Place.MAIL))
    return keys - {""}


def _sales(lake: EventLake, day: date) -> dict[tuple[Group, str], Sales]:
    columns = ["outcome", "total_minor", "currency", "visitor", "customer_id"]
    table = lake.read(Partition("order", day), columns=columns)
    sales: dict[tuple[Group, str], Sales] = defaultdict(Sales)
    for row in table.filter(pc.equal(table["outcome"], "confirmed")).to_pylist():
        key = _key(row)
        if key and row["currency"]:
            bought = sales[group_of(key), row["currency"]]
            bought.buyers.add(key)
            bought.revenue_minor += row["total_minor"] or 0
    return dict(sales)


def _by_group(keys: Iterable[str]) -> dict[Group, Keys]:
    groups: dict[Group, Keys] = {group: set() for group in Group}
    for key in keys:
        groups[group_of(key)].add(key)
    return groups


def _distinct(table: pa.Table, *names: str) -> Sequence[Mapping[str, str]]:
    """Return who, with the named columns, each combination once."""
    columns = [*names, "visitor", "customer_id"]
    rows: Sequence[Mapping[str, str]] = table.group_by(columns).aggregate([]).to_pylist()
    return rows


def _key(row: Mapping[str, object]) -> str:
    """Return the shopper's key, "" for nobody."""
    customer_id, visitor = row["customer_id"], row["visitor"] or ""
    if customer_id is None and not visitor:
        return ""
    return Shopper(
        visitor=str(visitor), customer_id=int(str(customer_id)) if customer_id else None
    ).key
