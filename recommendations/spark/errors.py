"""What can be wrong with a run of the job.

* BadPurchases   the file of interactions cannot be used
* NoSpark        Spark cannot be started here
* JobFailed      Spark gave up in the middle of the job
"""

from shop.core.errors import InfrastructureError, InvalidInput


class BadPurchases(InvalidInput):
    """The interactions cannot be read or are not in the format; the message says why."""

    code = "bad_purchases"


class NoSpark(InfrastructureError):
    """There is no Spark to run on: no Java, or no answer from the master."""


class JobFailed(InfrastructureError):
    """Spark gave up in the middle: a worker died for want of memory, say, or a disk is full."""


def told_by(error: Exception) -> str:
    """Return what an error of Spark says in short: Java's own message, without its stack."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    java = [line for line in lines if line.startswith(("java.", "org.apache.", ": "))]
    return (java or lines or [type(error).__name__])[0].removeprefix(": ")
