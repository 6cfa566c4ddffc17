"""How the rows do: counted from the lake day by day, for both groups.

A day can be counted again at any time: its numbers are replaced.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from recommendations.acts import Acts, Keys, groups_of
from recommendations.lake import EventLake
from recommendations.models import GroupDay, PlaceDay
from recommendations.types import Group, Place

# Events arrive late: the collector, or the lake, may have been away for days.
RECOUNTED_DAYS = 7
# So many days after it was shown, a click still counts for that day: e-mails can wait.
CLICKED_WITHIN_DAYS: Mapping[str, int] = {Place.MAIL: 2}
# What crawlers do not do; whoever else is there is shown rows.
VISITS = ("cart", "wishlist")
# Enough to see how much they differ, and few beside the shoppers of the smaller group.
BUCKETS = 50


@dataclass(kw_only=True)
class Bought:
    """What was paid for in one currency."""

    buyers: Keys = field(default_factory=set)
    revenue_minor: int = 0


def count_results(lake: EventLake, *, today: date) -> int:
    """Count the last days anew and return how many rows they have.

    :raises StoreUnavailable: when the lake does not answer; what was counted stays
    """
    days = [today - timedelta(days=ago) for ago in range(RECOUNTED_DAYS)]
    acts = Acts(lake, days)
    return sum(_count_day(acts, day) for day in days)


def bucket_of(key: str) -> int:
    """Return the bucket of `Shopper.key`, always the same and whatever the group."""
    return int.from_bytes(sha256(f"bucket:{key}".encode()).digest()[:4]) % BUCKETS


def _count_day(acts: Acts, day: date) -> int:
    places, groups = list(_place_days(acts, day)), list(_group_days(acts, day))
    with transaction.atomic():
        PlaceDay.objects.filter(day=day).delete()
        GroupDay.objects.filter(day=day).delete()
        # Another process may count the same day: it counted the same.
        PlaceDay.objects.bulk_create(places, ignore_conflicts=True)
        GroupDay.objects.bulk_create(groups, ignore_conflicts=True)
    return len(places) + len(groups)


def _place_days(acts: Acts, day: date) -> Iterator[PlaceDay]:
    for (place, group), shown in sorted(acts.shown(day).items()):
        days = [day + timedelta(days=n) for n in range(1 + CLICKED_WITHIN_DAYS.get(place, 0))]
        clicked = set[str]().union(*(acts.acted("click", place, each) for each in days))
        added = set[str]().union(*(acts.acted("cart", place, each) for each in days))
        for bucket, shoppers in sorted(_by(bucket_of, shown).items()):
            yield PlaceDay(
                day=day,
                place=place,
                group=group,
                bucket=bucket,
                shown=len(shoppers),
                # Whoever was not shown it came by a link that somebody passed on.
                clicked=len(shoppers & clicked),
                added=len(shoppers & added),
            )


def _group_days(acts: Acts, day: date) -> Iterator[GroupDay]:
    there, sales = _visitors(acts, day), acts.sales(day)
    groups = groups_of(there | {sale.key for sale in sales})
    bought: dict[tuple[Group, int], dict[str, Bought]] = defaultdict(lambda: defaultdict(Bought))
    shoppers: dict[tuple[Group, int], Keys] = defaultdict(set)
    for key in there:
        shoppers[groups[key], bucket_of(key)].add(key)
    for sale in sales:
        dealt = groups[sale.key], bucket_of(sale.key)
        shoppers[dealt].add(sale.key)
        bought[dealt][sale.currency].buyers.add(sale.key)
        bought[dealt][sale.currency].revenue_minor += sale.total_minor
    for (group, bucket), keys in sorted(shoppers.items()):
        paid = {settings.SHOP_CURRENCY: Bought()} | bought[group, bucket]
        for currency, each in paid.items():
            yield GroupDay(
                day=day,
                group=group,
                bucket=bucket,
                shoppers=len(keys),
                buyers=len(each.buyers),
                revenue_minor=each.revenue_minor,
                currency=currency,
            )


def _visitors(acts: Acts, day: date) -> Keys:
    shown = acts.shown(day).items()
    # An e-mail that was sent says nothing about who came.
    seen = (who for (place, _), who in shown if place != Place.MAIL)
    return set[str]().union(*(acts.actors(kind, day) for kind in VISITS), *seen)


def _by(deal: Callable[[str], int], keys: Keys) -> dict[int, Keys]:
    dealt: dict[int, Keys] = defaultdict(set)
    for key in keys:
        dealt[deal(key)].add(key)
    return dealt
