"""Eight warehouses and their lanes, by real distances between them and the ZIP code areas."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import yaml
import zipcodes
from django.db import transaction

from logistics.services import save_carrier, save_lane, save_warehouse
from logistics.types import CarrierInput, LaneInput, WarehouseInput
from shop.core.postal import find_place

EARTH_MILES = 3958.8
OFFSHORE = ("AK", "HI", "PR")
# Military mail and the smaller territories have no lanes: nothing reaches them.
MAINLAND_EXCLUDES = {*OFFSHORE, "AA", "AE", "AP", "AS", "FM", "GU", "MH", "MP", "PW", "VI"}
CARRIERS = {"standard": "CARDINAL", "express": "SWIFTWING"}
OFFSHORE_CARRIER = "BLUEBUOY"

Position = tuple[float, float]
Pace = tuple[int, int]  # transit days, fee in minor units


@cache
def network() -> Mapping[str, Any]:
    """Return the network as written in `network.yaml`."""
    text = Path(__file__).with_name("network.yaml").read_text(encoding="utf-8")
    written: Mapping[str, Any] = yaml.safe_load(text)
    return written


@transaction.atomic
def load_network() -> int:
    """Enter carriers, warehouses and lanes, all or nothing; return the number of lanes."""
    for carrier in network()["carriers"]:
        save_carrier(
            data=CarrierInput(**carrier | {"working_days": tuple(carrier["working_days"])})
        )
    lanes = 0
    for warehouse in network()["warehouses"]:
        save_warehouse(
            data=WarehouseInput(
                code=warehouse["code"],
                name=warehouse["name"],
                postal_code=warehouse["postal_code"],
                cutoff=warehouse["cutoff"],
            )
        )
        for lane in lanes_of(warehouse):
            save_lane(data=lane)
            lanes += 1
    return lanes


def lanes_of(warehouse: Mapping[str, Any]) -> Iterator[LaneInput]:
    """Yield the warehouse's lanes: one for each band of distance, and those over the sea."""
    place = find_place("US", warehouse["postal_code"])
    here = (place.latitude, place.longitude)
    for level, bands in network()["bands"].items():
        for pace, prefixes in _by_band(here, bands, warehouse[level]).items():
            yield _lane(warehouse, CARRIERS[level], level, prefixes, pace)
    for region in warehouse.get("offshore", ()):
        pace = tuple(network()["offshore"][region])
        prefixes = [prefix for prefix, (state, _) in areas().items() if state == region]
        yield _lane(warehouse, OFFSHORE_CARRIER, "standard", prefixes, pace)


def _lane(
    warehouse: Mapping[str, Any], carrier: str, level: str, prefixes: list[str], pace: Pace
) -> LaneInput:
    transit, fee = pace
    return LaneInput(
        warehouse_code=warehouse["code"],
        carrier_code=carrier,
        service_level=level,
        postal_areas=", ".join(sorted(prefixes)),
        transit_days=transit,
        fee_minor=fee,
    )


def _by_band(
    here: Position, bands: list[tuple[int, int, int]], reach: int
) -> dict[Pace, list[str]]:
    served: defaultdict[Pace, list[str]] = defaultdict(list)
    for prefix, (state, there) in areas().items():
        away = miles(here, there)
        if state in MAINLAND_EXCLUDES or away > reach:
            continue
        transit, fee = next((days, cents) for limit, days, cents in bands if away <= limit)
        served[transit, fee].append(prefix)
    return served


@cache
def areas() -> dict[str, tuple[str, Position]]:
    """Return the areas that share three digits: their state and their middle."""
    places: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for row in zipcodes.list_all():
        if row["active"] and float(row["lat"] or 0):  # the middle of nowhere is written as 0, 0
            places[row["zip_code"][:3]].append(
                (row["state"], float(row["lat"]), float(row["long"]))
            )
    return {
        prefix: (
            _most_common([state for state, _, _ in found]),
            (
                sum(latitude for _, latitude, _ in found) / len(found),
                sum(longitude for _, _, longitude in found) / len(found),
            ),
        )
        for prefix, found in places.items()
    }


def _most_common(states: list[str]) -> str:
    return max(sorted(set(states)), key=states.count)


def miles(one: Position, other: Position) -> float:
    """Return the distance over the ground."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, each)) for each in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(half))
