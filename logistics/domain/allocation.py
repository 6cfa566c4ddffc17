"""Which warehouses send an order: fewest parcels, then earliest, then cheapest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import comb
from typing import Literal

FeePolicy = Literal["dearest", "sum"]
EXACT_SEARCH_LIMIT = 20_000
"""So many combinations of warehouses are tried one by one; beyond that a greedy choice is good
enough.
"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one warehouse could send to the address, when it would arrive and for how much."""

    warehouse: str
    delivery_date: date
    fee: int
    available: Mapping[str, int]

    @property
    def rank(self) -> tuple[date, int, str]:
        return self.delivery_date, self.fee, self.warehouse


Allocation = dict[str, dict[str, int]]
"""Warehouse -> SKU -> quantity."""


def find_shortages(wanted: Mapping[str, int], sources: Sequence[Source]) -> dict[str, int]:
    """SKUs that all sources together cannot serve -> how many they have."""
    totals = {sku: sum(source.available.get(sku, 0) for source in sources) for sku in wanted}
    return {sku: totals[sku] for sku, quantity in wanted.items() if totals[sku] < quantity}


def allocate(
    wanted: Mapping[str, int],
    sources: Sequence[Source],
    *,
    fee_policy: FeePolicy = "dearest",
    exact_limit: int = EXACT_SEARCH_LIMIT,
) -> Allocation | None:
    """Choose the warehouses and what each sends; None if they are short together."""
    useful = sorted(
        (source for source in sources if any(source.available.get(sku, 0) > 0 for sku in wanted)),
        key=lambda source: source.rank,
    )
    if not wanted or find_shortages(wanted, useful):
        return None
    chosen = _fewest_exactly(wanted, useful, fee_policy, exact_limit)
    if chosen is None:
        chosen = _fewest_greedily(wanted, useful)
    return _share_out(wanted, chosen)


def _fewest_exactly(
    wanted: Mapping[str, int], sources: Sequence[Source], fee_policy: FeePolicy, limit: int
) -> Sequence[Source] | None:
    """The best of all smallest sufficient sets, or None once more than `limit` sets would have to
    be tried.
    """
    tried = 0
    for size in range(1, len(sources) + 1):
        tried += comb(len(sources), size)
        if tried > limit:
            return None
        sufficient = [
            chosen for chosen in combinations(sources, size) if _suffices(wanted, chosen)
        ]
        if sufficient:
            return min(sufficient, key=lambda chosen: _cost(chosen, fee_policy))
    return None


def _fewest_greedily(wanted: Mapping[str, int], sources: Sequence[Source]) -> Sequence[Source]:
    """Take the warehouse that covers most of what is missing until nothing is, then drop the ones
    not needed.
    """
    missing = dict(wanted)
    chosen: list[Source] = []
    while any(missing.values()):
        best = min(
            (source for source in sources if source not in chosen),
            key=lambda source: (-_covered(missing, source), source.rank),
        )
        chosen.append(best)
        for sku, quantity in missing.items():
            missing[sku] = max(0, quantity - best.available.get(sku, 0))
    for source in sorted(chosen, key=lambda source: source.rank, reverse=True):
        rest = [other for other in chosen if other is not source]
        if rest and _suffices(wanted, rest):
            chosen = rest
    return chosen


def _share_out(wanted: Mapping[str, int], chosen: Sequence[Source]) -> Allocation:
    """A line comes whole from the earliest warehouse that has all of it; else it is split,
    earliest first.
    """
    ranked = sorted(chosen, key=lambda source: source.rank)
    allocation: Allocation = {}
    for sku, quantity in wanted.items():
        for warehouse, share in _shares(sku, quantity, ranked):
            allocation.setdefault(warehouse, {})[sku] = share
    return allocation


def _shares(sku: str, quantity: int, ranked: Sequence[Source]) -> Iterator[tuple[str, int]]:
    for source in ranked:
        if source.available.get(sku, 0) >= quantity:
            yield source.warehouse, quantity
            return
    for source in ranked:
        share = min(quantity, source.available.get(sku, 0))
        if share > 0:
            yield source.warehouse, share
            quantity -= share


def _suffices(wanted: Mapping[str, int], chosen: Sequence[Source]) -> bool:
    return all(
        sum(source.available.get(sku, 0) for source in chosen) >= quantity
        for sku, quantity in wanted.items()
    )


def _covered(missing: Mapping[str, int], source: Source) -> int:
    return sum(min(quantity, source.available.get(sku, 0)) for sku, quantity in missing.items())


def _cost(
    chosen: Sequence[Source], fee_policy: FeePolicy
) -> tuple[date, int, list[date], list[str]]:
    """Latest date first, as that is when the order is complete; then the fee; then the other
    parcels' dates.
    """
    dates = sorted((source.delivery_date for source in chosen), reverse=True)
    return (
        dates[0],
        total_fee([source.fee for source in chosen], fee_policy),
        dates,
        [s.warehouse for s in chosen],
    )


def total_fee(fees: Sequence[int], policy: FeePolicy) -> int:
    return max(fees) if policy == "dearest" else sum(fees)
