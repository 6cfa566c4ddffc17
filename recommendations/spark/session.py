"""A Spark session with settings that suit the job, on this machine or on a cluster."""

import logging
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from recommendations.spark.configuration import (
    PROJECT,
    python_of_workers,
    spark_master,
    spark_settings,
)
from recommendations.spark.errors import JobFailed, NoSpark, told_by
from recommendations.spark.java import find_java

PACKAGE = Path(__file__).parent
PARTITIONS = "spark.sql.shuffle.partitions"
ROWS_PER_PARTITION = 500_000


@contextmanager
def spark_session(*, name: str = "recommendations") -> Iterator[SparkSession]:
    """Yield a session on SPARK_MASTER (else this machine) and stop it, if it was started here.

    :raises NoSpark: when there is no Java, or no master of that name answers
    """
    if running := SparkSession.getActiveSession():
        yield running
        return
    logging.getLogger("py4j").setLevel(logging.WARNING)
    os.environ["JAVA_HOME"] = str(find_java(os.environ))
    os.environ["PYSPARK_PYTHON"] = python_of_workers(os.environ)
    master = spark_master(os.environ)
    builder = SparkSession.builder.master(master).appName(name)
    for setting, value in spark_settings(os.environ).items():
        builder = builder.config(setting, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        reason = told_by(error)
        raise NoSpark(f"Spark could not be started on {master}: {reason}") from error
    session.sparkContext.setLogLevel("ERROR")
    try:
        with _code_for_workers() as code:
            if not master.startswith("local"):
                session.sparkContext.addPyFile(code)
            yield session
    finally:
        session.stop()


def divide(rows: DataFrame) -> None:
    """Have later shuffles of so many rows use as many partitions as fit Spark's memory."""
    conf = rows.sparkSession.conf
    wanted = math.ceil(rows.count() / ROWS_PER_PARTITION)
    if wanted > int(conf.get(PARTITIONS) or 0):
        conf.set(PARTITIONS, str(wanted))


@contextmanager
def failures_told() -> Iterator[None]:
    """Raise JobFailed, which says in short what has happened, for the errors of Spark."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise JobFailed(f"Spark gave up: {told_by(error)}") from error


@contextmanager
def _code_for_workers() -> Iterator[str]:
    """Yield a zip of what workers import; those of another machine have no checkout."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "recommendations.zip"
        with ZipFile(path, "w") as archive:
            for module in sorted([PACKAGE.with_name("__init__.py"), *PACKAGE.rglob("*.py")]):
                archive.write(module, module.relative_to(PROJECT))
        yield str(path)
