"""The neighbours of items, as the blend looks them up."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommendations.spark.weights import Floats, Numbers


@dataclass(frozen=True)
class Neighbours:
    """The neighbours of all items in arrays, those of an item side by side from its start on."""

    starts: Numbers
    others: NDArray[np.int32]
    weights: Floats

    @classmethod
    def read(cls, table: pa.Table, *, items: int) -> Self:
        """Make them of (item, other, weight) of so many items."""
        table = table.sort_by([("item", "ascending"), ("other", "ascending")])
        counts = np.bincount(table["item"].to_numpy(), minlength=items)
        return cls(
            starts=np.concatenate([[0], np.cumsum(counts)]),
            others=table["other"].to_numpy(),
            weights=table["weight"].to_numpy(),
        )

    def suggest(self, items: Numbers, interests: Floats, *, most: int) -> tuple[Numbers, Floats]:
        """Return the items suggested most strongly by those of interest, by number, and scores.

        An item gets the strongest suggestion, not the sum: neighbours of a rare item are alike.
        """
        counts = self.starts[items + 1] - self.starts[items]
        ends = np.cumsum(counts)
        at = np.arange(counts.sum()) + np.repeat(self.starts[items] - ends + counts, counts)
        strongest = np.zeros(len(self.starts) - 1)
        np.maximum.at(strongest, self.others[at], np.repeat(interests, counts) * self.weights[at])
        suggested = np.flatnonzero(strongest)
        scores = strongest[suggested]
        best = np.sort(np.argsort(-scores, kind="stable")[:most])
        return suggested[best], scores[best]
