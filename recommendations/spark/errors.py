"""What can be wrong with a run of the job.

* BadPurchases   the file of interactions cannot be used
* NoSpark        Spark cannot be started here
"""

from shop.core.errors import InfrastructureError, InvalidInput


class BadPurchases(InvalidInput):
    """The interactions cannot be read or are not in the format; the message says why."""

    code = "bad_purchases"


class NoSpark(InfrastructureError):
    """There is no Spark to run on: no Java, or no answer from the master."""
