"""The two linear models on the driver: which item follows from which, as a dense matrix.

Row a, column b: what an interest in a adds to the score of b.
"""

import numpy as np
from numpy.typing import NDArray

from recommendations.spark.weights import Floats

Weights = NDArray[np.float32]


def ease_weights(gram: Floats, *, ridge: float) -> Weights:
    """Return the EASE weights: B = I - P / diag(P), where P = (G + ridge I)^-1, diagonal zero.

    Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", 2019, eq. 8.
    """
    inverse = np.linalg.inv(gram + ridge * np.eye(len(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return np.asarray(weights, dtype=np.float32)


def next_basket_weights(past: Floats, following: Floats, *, ridge: float) -> Weights:
    """Return the ridge regression of what follows on what was: (X'WX + ridge I)^-1 X'WY."""
    weights = np.linalg.solve(past + ridge * np.eye(len(past)), following)
    return np.asarray(weights, dtype=np.float32)
