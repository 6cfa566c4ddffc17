"""Building the serviceability rows of one warehouse from its lanes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from logistics.domain.postal_areas import prefixes_of


@dataclass(frozen=True, kw_only=True)
class LaneZone:
    """A lane with its postal areas expanded to prefixes."""

    lane_id: int
    carrier_id: int
    country: str
    service_level: str
    prefixes: tuple[str, ...]
    transit_days: int
    fee_minor: int
    currency: str

    @property
    def rank(self) -> tuple[int, int, int]:
        """Of lanes with the same prefix the fastest wins, then the cheapest, the oldest."""
        return self.transit_days, self.fee_minor, self.lane_id


@dataclass(frozen=True, kw_only=True)
class ZoneRow:
    country: str
    prefix: str
    lane: LaneZone


def build_rows(lanes: Iterable[LaneZone]) -> Iterator[ZoneRow]:
    """One row per prefix and service level of a warehouse, each with the most specific lane.

    Every prefix that any lane of the warehouse names carries both service levels, inherited from a
    shorter prefix where it has no lane of its own: so the longest prefix of a postal code answers
    for the warehouse alone.
    """
    best: dict[tuple[str, str, str], LaneZone] = {}
    named: defaultdict[str, set[str]] = defaultdict(set)
    levels: defaultdict[str, set[str]] = defaultdict(set)
    for lane in lanes:
        named[lane.country].update(lane.prefixes)
        levels[lane.country].add(lane.service_level)
        for prefix in lane.prefixes:
            key = (lane.country, lane.service_level, prefix)
            if key not in best or lane.rank < best[key].rank:
                best[key] = lane
    for country, prefixes in named.items():
        for prefix in prefixes:
            for level in levels[country]:
                winner = _most_specific(best, country, level, prefix)
                if winner is not None:
                    yield ZoneRow(country=country, prefix=prefix, lane=winner)


def _most_specific(
    best: dict[tuple[str, str, str], LaneZone], country: str, level: str, prefix: str
) -> LaneZone | None:
    candidates = (best.get((country, level, shorter)) for shorter in reversed(prefixes_of(prefix)))
    return next((lane for lane in candidates if lane is not None), None)
