"""Lanes of one warehouse and service level that cover the same postal codes."""

from dataclasses import dataclass

from logistics.domain.postal_areas import expand, parse_postal_areas, prefixes_of
from logistics.models import Lane


@dataclass(frozen=True, kw_only=True)
class LaneOverlap:
    """`areas` of the lane in question and `other_areas` of another one cover the same codes."""

    areas: str
    other_lane_id: int
    other_areas: str
    rule: str


def find_lane_overlaps(lane: Lane) -> list[LaneOverlap]:
    """Return where other lanes cover the same codes, one overlap per pair of areas as written."""
    mine = _prefixes(lane)
    others = Lane.objects.filter(
        warehouse_id=lane.warehouse_id,
        country=lane.country,
        service_level=lane.service_level,
        is_active=True,
    ).exclude(pk=lane.pk)
    found: dict[tuple[str, int, str], LaneOverlap] = {}
    for other in others:
        theirs = _prefixes(other)
        for prefix, other_prefix in _meeting(mine, theirs):
            overlap = LaneOverlap(
                areas=mine[prefix],
                other_lane_id=other.pk,
                other_areas=theirs[other_prefix],
                rule=_rule(len(prefix), len(other_prefix)),
            )
            found.setdefault((overlap.areas, other.pk, overlap.other_areas), overlap)
    return list(found.values())


def _prefixes(lane: Lane) -> dict[str, str]:
    tokens = parse_postal_areas(lane.postal_areas, country=lane.country)
    return {prefix: token for token in tokens for prefix in expand([token])}


def _meeting(mine: dict[str, str], theirs: dict[str, str]) -> list[tuple[str, str]]:
    inside = [
        (prefix, shorter)
        for prefix in mine
        for shorter in prefixes_of(prefix)
        if shorter in theirs
    ]
    around = [
        (shorter, prefix)
        for prefix in theirs
        for shorter in prefixes_of(prefix)[:-1]
        if shorter in mine
    ]
    return inside + around


def _rule(length: int, other_length: int) -> str:
    if length > other_length:
        return "there this lane wins, as it is the more specific one."
    if length < other_length:
        return "there the other lane wins, as it is the more specific one."
    return "the faster lane wins, then the cheaper, then the older."
