"""A Spark session with settings that suit the job, on this machine or on a cluster."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from recommendations.spark.configuration import (
    python_of_workers,
    spark_master,
    spark_settings,
)
from recommendations.spark.errors import NoSpark, told_by
from recommendations.spark.java import find_java


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
        yield session
    finally:
        session.stop()
