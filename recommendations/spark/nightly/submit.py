"""How the application is started: a command line of `spark-submit` and its environment."""

import os
from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from recommendations.spark.configuration import (
    PROJECT,
    python_of_workers,
    spark_master,
    spark_settings,
)
from recommendations.spark.errors import NoSpark
from recommendations.spark.java import find_java

SCRIPT = Path(__file__).with_name("__main__.py")


def spark_submit_command(
    *, lake: str, run: str, seed: int, until: datetime
) -> tuple[list[str], dict[str, str]]:
    """Return the command line and what to add to the environment it is run with.

    :raises NoSpark: when there is no Java or no Spark here, or SPARK_MASTER is of no known kind
    """
    master = spark_master(os.environ)
    home = _spark_home()
    command = [str(home / "bin" / "spark-submit"), "--master", master, "--name", "nightly"]
    for name, value in spark_settings(os.environ).items():
        command += ["--conf", f"{name}={value}"]
    command += [str(SCRIPT), "--lake", lake, "--run", run]
    command += ["--seed", str(seed), "--until", until.isoformat()]
    return command, _environment(home, os.environ)


def _environment(home: Path, environment: Mapping[str, str]) -> dict[str, str]:
    python = python_of_workers(environment)
    path = [str(PROJECT), *filter(None, [environment.get("PYTHONPATH")])]
    return {
        "JAVA_HOME": str(find_java(environment)),
        "SPARK_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(path),
        "PYSPARK_PYTHON": python,
        "PYTHONUNBUFFERED": "1",
    }


def _spark_home() -> Path:
    """Return the folder of the `pyspark` wheel of this Python, which has all of Spark in it."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise NoSpark("The Python package pyspark is not installed.")
    return Path(spec.origin).parent
