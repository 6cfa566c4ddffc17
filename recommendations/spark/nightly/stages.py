"""A run in stages: what one has finished, the next start keeps."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from recommendations.spark.nightly.folder import KeptInFolder, RunFolder
from recommendations.spark.nightly.report import report_stage

logger = logging.getLogger(__name__)

# How Spark says that a file it had listed is no longer there.
GONE = ("FILE_NOT_EXIST", "FileNotFoundException")
Learnt = TypeVar("Learnt")


class Stages:
    """Runs stages that are not complete in the folder, and reports on each."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def table(
        self, stage: str, name: str, make: Callable[[], DataFrame], *, attempts: int = 1
    ) -> DataFrame:
        """Return the stage's table; made anew where its source has changed meanwhile."""
        began = time.monotonic()
        rows = kept = self._folder.table(name)
        if rows is None:
            rows = self._written(name, make, attempts)
        self._report(stage, began, rows=rows.count(), kept=kept is not None)
        return rows

    def _written(self, name: str, make: Callable[[], DataFrame], attempts: int) -> DataFrame:
        for _ in range(attempts - 1):
            try:
                return self._folder.write_table(name, make())
            except (PySparkException, Py4JJavaError) as error:
                if not any(sign in str(error) for sign in GONE):
                    raise
                logger.warning("A file was removed while it was read; reading again.")
        return self._folder.write_table(name, make())

    def json(self, stage: str, name: str, make: Callable[[], Any]) -> Any:
        """Return the stage's value."""
        began = time.monotonic()
        kept = self._folder.has(name)
        if not kept:
            self._folder.write_json(name, make())
        value = self._folder.read_json(name)
        self._report(stage, began, rows=1, kept=kept)
        return value

    def learnt(
        self, stage: str, training: str, make: Callable[[KeptInFolder], tuple[Learnt, int]]
    ) -> Learnt:
        """Return what was learned, of which the large parts are kept, from that many rows."""
        began = time.monotonic()
        checkpoints = KeptInFolder(self._folder, training)
        learnt, rows = make(checkpoints)
        self._report(stage, began, rows=rows, kept=not checkpoints.made)
        return learnt

    def _report(self, stage: str, began: float, *, rows: int, kept: bool) -> None:
        report_stage(stage, seconds=time.monotonic() - began, rows=rows, kept=kept)
