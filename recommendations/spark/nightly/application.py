"""The command line of the application and its exit codes."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from recommendations.spark.errors import JobFailed, NothingToLearn, SparkJobError
from recommendations.spark.nightly.job import Arguments, build
from recommendations.spark.nightly.report import report_error
from recommendations.spark.session import failures_told, spark_session

FAILED = 1
NOTHING_TO_LEARN = 3
STORE_AWAY = 4  # the lake or the folder; a later start goes on
# How Java says so, wherever in the chain of causes: HDFS, object stores, a disk of the network.
AWAY = (
    "java.net.ConnectException",
    "java.net.NoRouteToHostException",
    "java.net.SocketException",
    "java.net.SocketTimeoutException",
    "java.net.UnknownHostException",
    "org.apache.hadoop.hdfs.BlockMissingException",
    "org.apache.hadoop.hdfs.server.namenode.SafeModeException",
    "org.apache.hadoop.ipc.RetriableException",
    "org.apache.hadoop.ipc.StandbyException",
    "org.apache.hadoop.net.ConnectTimeoutException",
    "software.amazon.awssdk.core.exception.SdkClientException",
    "Stale file handle",
    "Transport endpoint is not connected",
)


def main(command_line: Sequence[str]) -> int:
    """Run and return the exit code; what has gone wrong is told in a line."""
    arguments = _arguments(command_line)
    try:
        with spark_session(name="nightly") as spark, failures_told():
            build(spark, arguments)
    except NothingToLearn as error:
        report_error(str(error))
        return NOTHING_TO_LEARN
    except JobFailed as error:
        report_error(str(error))
        return STORE_AWAY if _is_away(error) else FAILED
    except SparkJobError as error:
        report_error(str(error))
        return FAILED
    return 0


def _is_away(error: JobFailed) -> bool:
    whole = str(error.__cause__)  # with Java's stack, and in it the causes
    return any(sign in whole for sign in AWAY)


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
