"""Spark's own standalone cluster from the `pyspark` wheel: a master, and a worker of two cores."""

import json
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from deploy.native.base import Server
from deploy.native.java import any_java
from shop.embedded.errors import CannotStart

PACKAGE = "org.apache.spark.deploy"
HEAP = "256m"  # of master and worker; executors have their own
CORES, MEMORY = "2", "3g"
# What applications leave in the worker's folder goes after a day.
TIDY = "-Dspark.worker.cleanup.enabled=true -Dspark.worker.cleanup.appDataTtl=86400"


class _Daemon(Server):
    """Either of the two; they listen on the loopback only, their web pages and executors too."""

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "JAVA_HOME": str(any_java("Spark")),
            "SPARK_HOME": str(_home()),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.directory / "local"),
            "SPARK_DAEMON_MEMORY": HEAP,
            "SPARK_DAEMON_JAVA_OPTS": TIDY,
        }

    def prepare(self) -> None:
        any_java("Spark")
        _home()

    def _run(self, main_class: str, *options: str) -> list[str]:
        web = str(self.places.port(f"{self.name}-web"))
        address = ("--host", "127.0.0.1", "--port", str(self.port), "--webui-port", web)
        return [
            str(_home() / "bin" / "spark-class"),
            f"{PACKAGE}.{main_class}",
            *address,
            *options,
        ]

    @property
    def _master_url(self) -> str:
        return f"spark://127.0.0.1:{self.places.port(SparkMaster.name)}"

    def _told_by_master(self) -> dict[str, Any]:
        """Return what the master says of itself and its workers; nothing if it does not answer."""
        page = f"http://127.0.0.1:{self.places.port(f'{SparkMaster.name}-web')}/json/"
        with (
            suppress(OSError, ValueError),
            urllib.request.urlopen(page, timeout=4) as answer,
        ):
            told: dict[str, Any] = json.load(answer)
            return told
        return {}


class SparkMaster(_Daemon):
    """Knows the workers and gives their cores to applications."""

    name: ClassVar[str] = "spark-master"
    extra_ports = ("spark-master-web",)

    @property
    def url(self) -> str:
        return self._master_url

    def command(self) -> list[str]:
        return self._run("master.Master")

    def answers(self) -> bool:
        return self._told_by_master().get("status") == "ALIVE"


class SparkWorker(_Daemon):
    """Starts executors; they are its children and end with it."""

    name: ClassVar[str] = "spark-worker"
    extra_ports = ("spark-worker-web",)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.places.port('spark-worker-web')}"

    def command(self) -> list[str]:
        work = str(self.directory / "work")
        size = ("--cores", CORES, "--memory", MEMORY, "--work-dir", work)
        return self._run("worker.Worker", *size, self._master_url)

    def answers(self) -> bool:
        workers = self._told_by_master().get("workers", [])
        return any(
            worker["port"] == self.port and worker["state"] == "ALIVE" for worker in workers
        )


def _home() -> Path:
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise CannotStart("The Python package pyspark is not installed.")
    return Path(spec.origin).parent
