"""What Spark is told by the environment, and settings that suit the job."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from recommendations.spark.errors import NoSpark

DEFAULT_MASTER = "local[*]"
MASTERS = ("local", "spark://", "yarn", "k8s://")
DEFAULT_DRIVER_MEMORY = "2g"
DEFAULT_EXECUTOR_MEMORY = "1g"
LOOPBACK = {"127.0.0.1", "localhost"}
PROJECT = Path(__file__).parents[2]


def spark_master(env: Mapping[str, str]) -> str:
    """Return the master to run on.

    :raises NoSpark: when SPARK_MASTER is of no known kind
    """
    master = env.get("SPARK_MASTER") or DEFAULT_MASTER
    if not master.startswith(MASTERS):
        raise NoSpark(f"SPARK_MASTER: {master!r} is none of {', '.join(MASTERS)}")
    return master


def spark_settings(env: Mapping[str, str]) -> dict[str, str]:
    """Return Spark's settings by name.

    :raises NoSpark: when SPARK_MASTER is of no known kind
    """
    master = spark_master(env)
    memory = env.get("SPARK_DRIVER_MEMORY") or DEFAULT_DRIVER_MEMORY
    settings = {
        "spark.driver.memory": memory,
        "spark.driver.maxResultSize": memory,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        # Files written by pandas count nanoseconds, which Spark reads as numbers only.
        "spark.sql.legacy.parquet.nanosAsLong": "true",
        # A customer may have thousands of events, and Python gets a batch at a time.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
        # So does a table that is kept, which takes ten thousand otherwise.
        "spark.sql.inMemoryColumnarStorage.batchSize": "1000",
        # In a small heap there is no room for many of the 32 MB in a row that Spark would ask for.
        "spark.buffer.pageSize": "4m",
        "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
    }
    if master.startswith("local"):
        # Workers are to find our code wherever the job was started from.
        settings["spark.executorEnv.PYTHONPATH"] = str(PROJECT)
        # Few partitions keep small runs short; `divide` asks for more.
        settings["spark.sql.shuffle.partitions"] = "8"
    else:
        executor_memory = env.get("SPARK_EXECUTOR_MEMORY") or DEFAULT_EXECUTOR_MEMORY
        settings["spark.executor.memory"] = executor_memory
    if is_on_this_machine(master):
        # A laptop's host name may not resolve.
        settings["spark.driver.host"] = "127.0.0.1"
        settings["spark.driver.bindAddress"] = "127.0.0.1"
    return settings


def python_of_workers(env: Mapping[str, str]) -> str:
    """Return the Python that workers run: as the driver's, or their packages may differ."""
    return env.get("PYSPARK_PYTHON") or sys.executable


def is_on_this_machine(master: str) -> bool:
    return master.startswith("local") or urlsplit(master).hostname in LOOPBACK
