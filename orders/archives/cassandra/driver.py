"""The driver, set up for a small, patient client: few threads, short waits, light metadata."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from concurrent.futures import TimeoutError as NotYet
from threading import Thread
from typing import Any, TypeVar

from cassandra import ProtocolVersion
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    Session,
)
from cassandra.policies import (
    ConstantReconnectionPolicy,
    DCAwareRoundRobinPolicy,
    RetryPolicy,
)
from cassandra.query import tuple_factory

from orders.archives.cassandra.address import Address

RECONNECT_SECONDS = 1.0
HEARTBEAT_SECONDS = 3.0  # how soon a connection that broke while idle is noticed
ENDING_SECONDS = 0.5

T = TypeVar("T")
Decision = tuple[int, int | None]


class DaemonExecutor(Executor):
    """Runs each task in a thread that does not keep the process alive when it wants to end."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def run() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
                future.set_exception(error)

        Thread(target=run, name="cassandra", daemon=True).start()
        return future


class NoAnswer(Exception):
    """What the driver's own time-outs do not cover took too long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"It did not answer within {seconds:g} seconds.")


def wait_for(future: "Future[T]", seconds: float) -> T:
    """Return what the future brings.

    :raises NoAnswer: if it is not there in time
    """
    try:
        return future.result(seconds)
    except NotYet as error:
        raise NoAnswer(seconds) from error


class LightCluster(Cluster):
    """A cluster whose own tasks (connecting, reconnecting) run in daemon threads.

    The driver's pool is joined at exit: a worker that is waiting for a dead server would hold
    the process up, and a reconnection due meanwhile would print a traceback.
    """

    @property
    def executor(self) -> Executor:
        return self._daemons

    @executor.setter
    def executor(self, given: Executor) -> None:
        given.shutdown(wait=False)
        self._daemons = DaemonExecutor()

    def shutdown(self) -> None:
        """End it; what waits for a silent server goes on alone.

        The driver calls this too, when the process ends.
        """
        try:
            ending = DaemonExecutor().submit(super().shutdown)
        except RuntimeError:
            return  # Python 3.12 starts no thread any more then; sockets close with the process
        wait([ending], timeout=ENDING_SECONDS)


class RetryIdempotent(RetryPolicy):
    """Try once more what may run twice; what was never begun may always go to another node."""

    def on_read_timeout(
        self, query: Any, consistency: int, *args: Any, retry_num: int, **rest: Any
    ) -> Decision:
        return self._again(query, retry_num, self.RETRY, consistency)

    def on_write_timeout(
        self, query: Any, consistency: int, *args: Any, retry_num: int, **rest: Any
    ) -> Decision:
        return self._again(query, retry_num, self.RETRY, consistency)

    def on_request_error(
        self, query: Any, consistency: int, error: Exception, retry_num: int
    ) -> Decision:
        return self._again(query, retry_num, self.RETRY_NEXT_HOST, None)

    def _again(self, query: Any, retry_num: int, how: int, consistency: int | None) -> Decision:
        # Preparing has no statement, and may run twice.
        is_idempotent = query is None or query.is_idempotent
        if retry_num == 0 and is_idempotent:
            return how, consistency
        return self.RETHROW, None


def open_session(address: Address, *, consistency: int, timeout_seconds: float) -> Session:
    """Connect; whatever was begun is ended if it fails."""
    profile = ExecutionProfile(
        load_balancing_policy=DCAwareRoundRobinPolicy(local_dc=address.datacenter),
        retry_policy=RetryIdempotent(),
        consistency_level=consistency,
        request_timeout=timeout_seconds,
        row_factory=tuple_factory,
    )
    cluster = LightCluster(
        contact_points=list(address.hosts),
        port=address.hosts[0][1],
        protocol_version=ProtocolVersion.V5,  # Cassandra 4.0; else three connections are tried
        auth_provider=PlainTextAuthProvider(address.user, address.password)
        if address.user
        else None,
        ssl_context=address.tls,
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        # The default backs off to ten minutes.
        reconnection_policy=ConstantReconnectionPolicy(RECONNECT_SECONDS, max_attempts=None),
        connect_timeout=timeout_seconds,
        control_connection_timeout=timeout_seconds,
        idle_heartbeat_interval=HEARTBEAT_SECONDS,
        idle_heartbeat_timeout=timeout_seconds,
        schema_metadata_enabled=False,
        token_metadata_enabled=False,
        prepare_on_all_hosts=False,  # each node is asked when it is first needed
        monitor_reporting_enabled=False,
    )
    try:
        return cluster.connect()
    except BaseException:
        cluster.shutdown()
        raise
