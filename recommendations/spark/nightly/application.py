"""The command line of the application and its exit codes."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from recommendations.spark.errors import NothingToLearn, SparkJobError
from recommendations.spark.nightly.job import Arguments, build
from recommendations.spark.nightly.report import report_error
from recommendations.spark.session import failures_told, spark_session

FAILED = 1
NOTHING_TO_LEARN = 3


def main(command_line: Sequence[str]) -> int:
    """Run and return the exit code; what has gone wrong is told in a line."""
    arguments = _arguments(command_line)
    try:
        with spark_session(name="nightly") as spark, failures_told():
            build(spark, arguments)
    except NothingToLearn as error:
        report_error(str(error))
        return NOTHING_TO_LEARN
    except SparkJobError as error:
        report_error(str(error))
        return FAILED
    return 0


def _arguments(command_line: Sequence[str]) -> Arguments:
    parser = argparse.ArgumentParser(prog="nightly", description=__doc__)
    parser.add_argument("--lake", required=True, help="URL of the event lake")
    parser.add_argument("--run", required=True, help="URL of the run's folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=_moment, required=True, help="ISO 8601, with a time zone")
    options = parser.parse_args(command_line)
    return Arguments(lake=options.lake, run=options.run, seed=options.seed, until=options.until)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("must name its time zone")
    return moment.astimezone(UTC)
