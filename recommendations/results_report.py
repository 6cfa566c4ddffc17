"""The counted results of some weeks, added up and compared."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Sum

from recommendations.lift import Lift, Share, compare
from recommendations.models import GroupDay, PlaceDay
from recommendations.types import Group, Place
from shop.core.money import Money

REPORTED_DAYS = 28
NAMES: Mapping[Place, str] = {
    Place.FOR_YOU: "Start page, for you",
    Place.CATEGORY: "Start page, by category",
    Place.BUY_AGAIN: "Start page, buy again",
    Place.RECENT: "Start page, recently viewed",
    Place.POPULAR: "Start page, popular",
    Place.SIMILAR: "Product, similar",
    Place.TOGETHER: "Product, bought together",
    Place.CART: "Cart",
    Place.EMPTY_SEARCH: "Search without results",
    Place.ORDER: "Order",
    Place.MAIL: "E-mail",
}


@dataclass(frozen=True, kw_only=True)
class PlaceResult:
    """A place's shares of the shoppers shown: who clicked, and who put it in the cart."""

    place: Place
    clicked: Mapping[Group, Share]
    added: Mapping[Group, Share]

    @property
    def name(self) -> str:
        return NAMES[self.place]

    @property
    def is_compared(self) -> bool:
        """Tell whether the groups see the same thing there, but for what chose the products."""
        return self.place not in (Place.TOGETHER, Place.POPULAR)

    @property
    def click_lift(self) -> Lift | None:
        if not self.is_compared:
            return None
        return compare(self.clicked[Group.MODEL], self.clicked[Group.CONTROL])


@dataclass(frozen=True, kw_only=True)
class GroupResult:
    """What a group bought; a shopper counts once on each day."""

    group: Group
    buyers: Share
    revenue: Money

    @property
    def revenue_each(self) -> Money:
        shoppers = max(self.buyers.total, 1)
        return Money(round(self.revenue.minor / shoppers), self.revenue.currency)


@dataclass(frozen=True, kw_only=True)
class Report:
    since: date
    until: date
    places: tuple[PlaceResult, ...]
    groups: Mapping[Group, GroupResult]

    @property
    def buyer_lift(self) -> Lift | None:
        return compare(self.groups[Group.MODEL].buyers, self.groups[Group.CONTROL].buyers)


def report_results(*, today: date, days: int = REPORTED_DAYS) -> Report:
    """Return the results of the last days, today's included; two statements."""
    since = today - timedelta(days=days - 1)
    return Report(since=since, until=today, places=_places(since), groups=_groups(since))


def _places(since: date) -> tuple[PlaceResult, ...]:
    sums = (
        PlaceDay.objects.filter(day__gte=since)
        .values_list("place", "group", "bucket")
        .order_by("place", "group", "bucket")
        .annotate(Sum("shown"), Sum("clicked"), Sum("added"))
    )
    clicked: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    added: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for place, group, _, shown, clicks, adds in sums:
        clicked[place, group].append((clicks, shown))
        added[place, group].append((adds, shown))
    seen = {place for place, _ in clicked}
    return tuple(
        PlaceResult(
            place=place,
            clicked={group: Share.of(clicked[place, group]) for group in Group},
            added={group: Share.of(added[place, group]) for group in Group},
        )
        for place in Place
        if place in seen
    )


def _groups(since: date) -> dict[Group, GroupResult]:
    sums = (
        GroupDay.objects.filter(day__gte=since, currency=settings.SHOP_CURRENCY)
        .values_list("group", "bucket")
        .order_by("group", "bucket")
        .annotate(Sum("shoppers"), Sum("buyers"), Sum("revenue_minor"))
    )
    bought: dict[str, list[tuple[int, int]]] = defaultdict(list)
    revenue: dict[str, int] = defaultdict(int)
    for group, _, shoppers, buyers, minor in sums:
        bought[group].append((buyers, shoppers))
        revenue[group] += minor
    return {
        group: GroupResult(
            group=group,
            buyers=Share.of(bought[group]),
            revenue=Money(revenue[group], settings.SHOP_CURRENCY),
        )
        for group in Group
    }
