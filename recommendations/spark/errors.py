"""What can be wrong with a run of the job.

* SparkJobError
    * BadPurchases   the interactions cannot be used
    * NothingToLearn there are none
    * NoSpark        Spark cannot be started here
    * JobFailed      Spark gave up in the middle of the job

They are no DomainErrors: workers of another machine get this package and nothing of the shop.
"""


class SparkJobError(Exception):
    """The job did not come to its end; the message says why."""


class BadPurchases(SparkJobError):
    """The interactions cannot be read, or are not in the format."""


class NothingToLearn(SparkJobError):
    """Nobody has bought anything so far."""


class NoSpark(SparkJobError):
    """There is no Spark to run on: no Java, or no answer from the master."""


class JobFailed(SparkJobError):
    """Spark gave up in the middle: a worker died for want of memory, say, or a disk is full."""


def told_by(error: Exception) -> str:
    """Return what an error of Spark says in short: Java's own message, without its stack."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    java = [line for line in lines if line.startswith(("java.", "org.apache.", ": "))]
    return (java or lines or [type(error).__name__])[0].removeprefix(": ")
