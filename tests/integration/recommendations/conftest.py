"""An event lake of the test's own and an empty stream; one Spark session for all tests here."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pytest_django import Settings

from recommendations.lake import EventLake, event_lake
from recommendations.spark.errors import NoSpark
from recommendations.spark.java import find_java
from recommendations.spark.nightly.job import Arguments, build
from recommendations.spark.session import spark_session
from shop.core import stream
from tests.integration.recommendations.nightly_runs import (
    SEED,
    UNTIL,
    crowd,
    write_catalogue,
    write_lake,
)


@dataclass(frozen=True)
class NightlyRun:
    """A run of the nightly application that nothing disturbed."""

    lake: str
    folder: Path


@pytest.fixture
def lake(settings: Settings, tmp_path: Path) -> EventLake:
    settings.EVENT_LAKE_URL = f"file://{tmp_path}/a lake"
    stream.client().delete(*stream.KEYS)
    return event_lake()


@pytest.fixture(scope="package")
def spark() -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_MASTER", "local[2]")
        patch.setenv("SPARK_DRIVER_MEMORY", "1g")
        # Compiling Spark's code for speed takes longer than these small runs do.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
        try:
            find_java(os.environ)
        except NoSpark as error:
            if os.environ.get("CI"):
                pytest.fail(f"{error} In CI it must be there.")
            pytest.skip(str(error))
        with spark_session(name="tests") as session:
            yield session


@pytest.fixture(scope="package")
def undisturbed(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> NightlyRun:
    folder = tmp_path_factory.mktemp("nightly")
    run = NightlyRun(write_lake(folder / "a lake", list(crowd())), folder / "run=1")
    write_catalogue(run.folder)
    build(spark, Arguments(lake=run.lake, run=f"file://{run.folder}", seed=SEED, until=UNTIL))
    return run
