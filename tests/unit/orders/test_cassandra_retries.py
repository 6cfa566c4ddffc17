"""What may be tried again, and how often."""

from types import SimpleNamespace

import pytest
from cassandra import ConsistencyLevel
from cassandra.policies import RetryPolicy
from cassandra.protocol import WriteType

from orders.archives.cassandra.driver import RetryIdempotent

RETHROW = (RetryPolicy.RETHROW, None)
QUORUM = ConsistencyLevel.LOCAL_QUORUM


def decisions(query: object, retry_num: int) -> list[tuple[int, int | None]]:
    """Return what is done after a read time-out, a write time-out and a broken connection."""
    policy = RetryIdempotent()
    answers = {"required_responses": 2, "received_responses": 1, "retry_num": retry_num}
    return [
        policy.on_read_timeout(query, QUORUM, data_retrieved=False, **answers),
        policy.on_write_timeout(query, QUORUM, write_type=WriteType.SIMPLE, **answers),
        policy.on_request_error(query, QUORUM, error=OSError(), retry_num=retry_num),
    ]


@pytest.mark.parametrize("query", [SimpleNamespace(is_idempotent=True), None])
def test_what_may_run_twice_is_tried_twice(query: object) -> None:
    assert decisions(query, 0) == [
        (RetryPolicy.RETRY, QUORUM),
        (RetryPolicy.RETRY, QUORUM),
        (RetryPolicy.RETRY_NEXT_HOST, None),
    ]
    assert decisions(query, 1) == [RETHROW] * 3


def test_what_may_not_run_twice_is_not() -> None:
    assert decisions(SimpleNamespace(is_idempotent=False), 0) == [RETHROW] * 3


def test_what_no_replica_has_begun_goes_to_another_node_once() -> None:
    query = SimpleNamespace(is_idempotent=False)
    given = {"required_replicas": 2, "alive_replicas": 1}

    first = RetryIdempotent().on_unavailable(query, QUORUM, retry_num=0, **given)
    second = RetryIdempotent().on_unavailable(query, QUORUM, retry_num=1, **given)

    assert (first, second) == ((RetryPolicy.RETRY_NEXT_HOST, None), RETHROW)
