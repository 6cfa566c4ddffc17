"""How much an interaction counts when it is some days old."""

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import Column
from pyspark.sql import functions as f

# Multiples of this fraction add up to the same sum in any order, so that a result does not
# depend on which worker was faster.
GRAIN = 2.0**-12

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


def faded(weight: Column, day: Column, today: int, half_life: float) -> Column:
    """Return the weight, halved every `half_life` days, as a multiple of the grain."""
    exact = weight * f.pow(f.lit(0.5), (f.lit(today) - day) / half_life)
    return f.round(exact / GRAIN) * GRAIN


def fade(weights: Floats, ages: Numbers, half_life: float) -> Floats:
    """Return the weights, halved every `half_life` days."""
    return np.asarray(weights * 0.5 ** (ages / half_life), dtype=np.float64)


def grained(values: Floats) -> Floats:
    """Round to multiples of the grain."""
    return np.asarray(np.round(values / GRAIN) * GRAIN, dtype=np.float64)
