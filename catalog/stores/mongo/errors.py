"""Which of the driver's errors mean that MongoDB is away, and which that we made a mistake."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    WriteConcernError,
)

DUPLICATE_KEY = 11000
# Unauthorized, AuthenticationFailed, AtlasError: asking again soon would only cost another log-in.
NOT_ADMITTED = {13, 18, 8000}
# OutOfDiskSpace, ExceededTimeLimit: it answers, but cannot do this now.
NOT_NOW = {14031, 262}
LONGEST_DETAIL = 300


class Unreachable(Exception):
    """The server did not answer in time, or lets us do nothing."""


class Refused(Exception):
    """The server answers but did not do this, or not durably."""


@contextmanager
def sorted_errors() -> Iterator[None]:
    """Raise Unreachable or Refused for what may pass; all else is a mistake and stays as it is."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, ConfigurationError) as error:
        # ConfigurationError: names that could not be resolved, a server too old for the driver.
        raise Unreachable(_brief(error)) from error
    except OperationFailure as error:
        if error.code in NOT_ADMITTED:
            raise Unreachable(_brief(error)) from error
        if _may_pass(error):
            raise Refused(_brief(error)) from error
        raise


def taken_keys(error: BulkWriteError) -> list[int]:
    """Return which writes, by position, met an existing key.

    :raises BulkWriteError: the same, if anything else went wrong
    """
    failed = error.details["writeErrors"]
    if error.details["writeConcernErrors"] or any(one["code"] != DUPLICATE_KEY for one in failed):
        raise error
    return [one["index"] for one in failed]


def _may_pass(error: OperationFailure) -> bool:
    details = error.details or {}
    codes = {error.code, *(one.get("code") for one in details.get("writeErrors", ()))}
    return (
        isinstance(error, WriteConcernError)
        or bool(details.get("writeConcernErrors"))
        or error.has_error_label("RetryableWriteError")
        or not codes.isdisjoint(NOT_NOW)
    )


def _brief(error: Exception) -> str:
    return str(error).strip()[:LONGEST_DETAIL]
