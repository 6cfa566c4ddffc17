"""How good ranked lists are, judged by the basket that came next.

Per customer, T is the set of items looked for and L the list:
recall@20 = |L[:20] & T| / |T|; NDCG@10 = sum of 1/log2(place + 1) over hits, divided by the most
it can be; coverage@10 = the share of the catalogue in anybody's first 10 (Jarvelin and
Kekalainen 2002 for NDCG, with binary gains).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

NDCG_DEPTH = 10
RECALL_DEPTH = 20


@dataclass(frozen=True)
class Quality:
    """Means over the customers with something to look for."""

    ndcg: float
    recall: float
    coverage: float
    customers: int


def measure(
    lists: Mapping[int, Sequence[str]], truth: Mapping[int, Collection[str]], *, catalogue: int
) -> Quality:
    """Judge the lists; a customer without one counts as zero."""
    shown = {item for user in truth for item in lists.get(user, ())[:NDCG_DEPTH]}
    return Quality(
        ndcg=fmean(ndcg(lists.get(user, ()), wanted) for user, wanted in truth.items()),
        recall=fmean(recall(lists.get(user, ()), wanted) for user, wanted in truth.items()),
        coverage=len(shown) / catalogue,
        customers=len(truth),
    )


def ndcg(ranked: Sequence[object], wanted: Collection[object]) -> float:
    gains = [1 / math.log2(place + 2) for place in range(NDCG_DEPTH)]
    found = sum(gain for gain, item in zip(gains, ranked, strict=False) if item in wanted)
    return found / sum(gains[: len(wanted)])


def recall(ranked: Sequence[object], wanted: Collection[object]) -> float:
    return sum(item in wanted for item in ranked[:RECALL_DEPTH]) / len(wanted)
