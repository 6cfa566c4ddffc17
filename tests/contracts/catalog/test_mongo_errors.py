"""Which answers of a MongoDB server are an outage, and which are our mistake."""

import time
from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

from catalog.stores.mongo import MongoItemStore
from catalog.stores.mongo.errors import Refused, Unreachable, sorted_errors, taken_keys
from shop.core.errors import StoreUnavailable


def bulk_error(*codes: int, concern: bool = False) -> BulkWriteError:
    details: dict[str, Any] = {
        "writeErrors": [{"index": index, "code": code} for index, code in enumerate(codes)],
        "writeConcernErrors": [{"code": 64, "errmsg": "too slow"}] if concern else [],
    }
    return BulkWriteError(details)


def kind_of(error: PyMongoError) -> type[Exception]:
    with pytest.raises(Exception) as caught, sorted_errors():  # noqa: PT011 - any is looked at
        raise error
    return caught.type


@pytest.mark.parametrize(
    "error",
    [
        ServerSelectionTimeoutError("no primary"),
        AutoReconnect("reset"),
        NetworkTimeout("silent"),
        NotPrimaryError("stepped down"),
        WaitQueueTimeoutError("all in use"),
        ExecutionTimeout("over the limit", 50),
        ConfigurationError("the name does not resolve"),
        OperationFailure("authentication failed", 18),
        OperationFailure("not authorized", 13),
    ],
)
def test_a_server_that_is_away_or_lets_us_do_nothing(error: PyMongoError) -> None:
    assert kind_of(error) is Unreachable


@pytest.mark.parametrize(
    "error",
    [
        WriteConcernError("not enough members", 100),
        WTimeoutError("members too slow", 64),
        bulk_error(concern=True),
        bulk_error(14031),
        OperationFailure("disk full", 14031),
        OperationFailure("recovering", 1, {"errorLabels": ["RetryableWriteError"]}),
    ],
)
def test_a_server_that_answers_but_did_not_do_it(error: PyMongoError) -> None:
    assert kind_of(error) is Refused


@pytest.mark.parametrize(
    "error",
    [
        OperationFailure("unknown operator", 2),
        DuplicateKeyError("index", 11000),
        bulk_error(11000, 2),
        PyMongoError("anything else"),
    ],
)
def test_a_mistake_of_ours_stays_as_it_is(error: PyMongoError) -> None:
    assert kind_of(error) is type(error)


def test_setting_up_a_server_that_is_away_does_not_wait_for_it() -> None:
    store = MongoItemStore(url="mongodb://127.0.0.1:1/items", timeout_seconds=0.3)
    began = time.monotonic()

    with pytest.raises(StoreUnavailable):
        store.setup()

    assert time.monotonic() - began < 3
    store.close()


def test_taken_keys_are_told_by_position() -> None:
    assert taken_keys(bulk_error(11000, 11000)) == [0, 1]


@pytest.mark.parametrize("error", [bulk_error(11000, 2), bulk_error(11000, concern=True)])
def test_what_is_more_than_a_taken_key_is_raised(error: BulkWriteError) -> None:
    with pytest.raises(BulkWriteError):
        taken_keys(error)
