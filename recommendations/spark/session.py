"""A Spark session with settings that suit the job, on this machine or on a cluster."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from recommendations.spark.errors import NoSpark, told_by
from recommendations.spark.java import find_java

DEFAULT_MASTER = "local[*]"
MASTERS = ("local", "spark://", "yarn", "k8s://")
DEFAULT_MEMORY = "2g"
PROJECT = Path(__file__).parents[2]


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
    master = os.environ.get("SPARK_MASTER") or DEFAULT_MASTER
    if not master.startswith(MASTERS):
        raise NoSpark(f"SPARK_MASTER: {master!r} is none of {', '.join(MASTERS)}")
    memory = os.environ.get("SPARK_DRIVER_MEMORY") or DEFAULT_MEMORY
    builder = (
        SparkSession.builder.master(master)
        .appName(name)
        .config("spark.driver.memory", memory)
        .config("spark.driver.maxResultSize", memory)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        # Files written by pandas count nanoseconds, which Spark reads as numbers only.
        .config("spark.sql.legacy.parquet.nanosAsLong", "true")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
    )
    if master.startswith("local"):
        # Workers are to find our code and our packages wherever the job was started from.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        # A laptop's host name may not resolve; and few partitions keep small runs short.
        builder = (
            builder.config("spark.executorEnv.PYTHONPATH", str(PROJECT))
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "8")
        )
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        reason = told_by(error)
        raise NoSpark(f"Spark could not be started on {master}: {reason}") from error
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()
