"""Facets from counts: which are offered, how their values are ordered, named and marked.

An engine counts, each facet without its own selection; keys hold code, name and value in one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings
from django.utils.translation import gettext

from search.contents import SEPARATOR
from search.prices import PRICE_RANGES
from search.types import Facet, FacetValue, SearchQuery

MOST_VALUES = 30
MOST_ATTRIBUTES = 8
MOST_OPTION_FACETS = 4
# An attribute that so few of the products found have is no help in choosing among them.
LEAST_COVERAGE = 0.08

Counts = Mapping[str, int]


def category_facet(counts: Counts, chosen: str | None) -> Facet:
    """Make the facet of counts by path and name."""
    found: dict[str, tuple[str, int]] = {}
    for key, count in counts.items():
        path, name = key.split(SEPARATOR)
        known = found.get(path, (name, 0))
        found[path] = (known[0], known[1] + count)
    values = [
        FacetValue(value=path, label=name, count=count, selected=path == chosen)
        for path, (name, count) in found.items()
        if _is_near(path, chosen)
    ]
    return Facet(code="category", name=gettext("Category"), values=_sorted(values))


def brand_facet(counts: Counts, chosen: Sequence[str]) -> Facet:
    return Facet(code="brand", name=gettext("Brand"), values=_values(counts, chosen))


def price_facet(counts: Counts, query: SearchQuery) -> Facet:
    """Make the facet of counts by price range."""
    chosen = (query.price_min or 0, query.price_max)
    has_choice = query.price_min is not None or query.price_max is not None
    values = [
        FacetValue(
            value=each.value,
            label=each.label(settings.SHOP_CURRENCY),
            count=counts.get(each.value, 0),
            selected=has_choice and chosen == (each.low, each.high),
        )
        for each in PRICE_RANGES
    ]
    kept = tuple(value for value in values if value.count or value.selected)
    return Facet(code="price", name=gettext("Price"), values=kept)


def option_names(offered: Mapping[str, Collection[str]], chosen: Collection[str]) -> Sequence[str]:
    """Return which options to offer: those in use, then those with most values."""
    names = sorted(offered, key=lambda name: (name not in chosen, -len(offered[name]), name))
    return names[:MOST_OPTION_FACETS]


def option_facet(name: str, counts: Counts, chosen: Sequence[str]) -> Facet:
    return Facet(code=f"opt.{name}", name=name, values=_values(counts, chosen))


def attribute_facets(
    counts: Counts,
    own_counts: Mapping[str, Counts],
    query: SearchQuery,
    total: int,
    taken: Iterable[str],
) -> list[Facet]:
    """Return the attributes in use and those most products have; none named like those taken."""
    chosen = query.attributes
    facets = [_attribute(code, own_counts[code], chosen[code]) for code in chosen]
    by_code: dict[str, dict[str, int]] = defaultdict(dict)
    for key, count in counts.items():
        by_code[key.split(SEPARATOR)[0]][key] = count
    names = {name.casefold() for name in taken} | {each.name.casefold() for each in facets}
    for code in _useful(by_code, chosen, total):
        if len(facets) >= MOST_ATTRIBUTES:
            break
        facet = _attribute(code, by_code[code], ())
        if facet.name.casefold() not in names:
            names.add(facet.name.casefold())
            facets.append(facet)
    return facets


def _useful(by_code: Mapping[str, Counts], chosen: Collection[str], total: int) -> list[str]:
    covered = {
        code: sum(counts.values())
        for code, counts in by_code.items()
        if code not in chosen
        and len(counts) > 1
        and sum(counts.values()) >= LEAST_COVERAGE * total
    }
    return sorted(covered, key=lambda code: (-covered[code], code))


def _attribute(code: str, counts: Counts, chosen: Sequence[str]) -> Facet:
    own = {key: count for key, count in counts.items() if key.split(SEPARATOR)[0] == code}
    name = next((key.split(SEPARATOR)[1] for key in own), code)
    by_value: dict[str, int] = defaultdict(int)
    for key, count in own.items():
        by_value[key.split(SEPARATOR)[2]] += count
    return Facet(code=f"attr.{code}", name=name, values=_values(by_value, chosen))


def _is_near(path: str, chosen: str | None) -> bool:
    """Offer roots when browsing everything; else the way to the choice, its children, siblings."""
    parent = path.rpartition("/")[0]
    if not parent:
        return True
    if chosen is None:
        return False
    is_on_the_way = chosen == path or chosen.startswith(f"{path}/")
    return is_on_the_way or parent in {chosen, chosen.rpartition("/")[0]}


def _values(counts: Counts, chosen: Sequence[str]) -> tuple[FacetValue, ...]:
    every = {**counts, **{value: counts.get(value, 0) for value in chosen}}
    values = [
        FacetValue(value=value, label=value, count=count, selected=value in chosen)
        for value, count in every.items()
        if count or value in chosen
    ]
    return _sorted(values)


def _sorted(values: Iterable[FacetValue]) -> tuple[FacetValue, ...]:
    ordered = sorted(values, key=lambda each: (not each.selected, -each.count, each.label))
    return tuple(ordered[:MOST_VALUES])
