"""What a run has finished, in a folder, so that a run that died goes on from there."""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from pyspark.sql import DataFrame

from recommendations.spark.linear import Weights


class Keeper(Protocol):
    """Keeps what took long to learn; under the same name it gives what it has kept."""

    def arrays(self, name: str, make: Callable[[], Mapping[str, Weights]]) -> dict[str, Weights]:
        """Return the arrays kept under the name, made now if there are none."""
        ...

    def table(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """Return the table kept under the name, made now if there is none."""
        ...


class Checkpoints:
    """Arrays by name, each file complete or absent; with no folder nothing is kept."""

    def __init__(self, folder: Path | None, *, of: str = "") -> None:
        """Use what is in the folder only if it was made `of` the same input and recipe."""
        self._folder = folder
        self._key = hashlib.sha256(of.encode()).hexdigest()[:16]

    def arrays(self, name: str, make: Callable[[], Mapping[str, Weights]]) -> dict[str, Weights]:
        """Return the arrays kept under the name, made now if there are none."""
        if self._folder is None:
            return dict(make())
        path = self._folder / f"{name}-{self._key}.npz"
        if path.exists():
            with np.load(path, allow_pickle=False) as kept:
                return {key: kept[key] for key in kept.files}
        arrays = dict(make())
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        with unfinished.open("wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        unfinished.replace(path)
        return arrays

    def table(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """Return the table made now: only arrays are kept."""
        return make()

    def clear(self) -> None:
        """Remove what this run has kept; it is done."""
        if self._folder is not None:
            for path in self._folder.glob(f"*-{self._key}.npz"):
                path.unlink()
