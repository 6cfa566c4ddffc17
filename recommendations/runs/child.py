"""The job's process: started, listened to, and never outliving us, however we end."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from recommendations.runs.pipes import Lines, Log, Told
from shop.embedded.watchdog import Watchdog

# The job begins when the watchdog knows of it; if we die before that, it never does.
WAIT_FOR_THE_WORD = 'read -r word && exec "$@"'
TICK_SECONDS = 0.5
END_SECONDS = 10.0
# What Java, Spark and its storage go by. All else stays here: no password of the shop's own
# stores goes to a cluster.
PASSED_ON = frozenset(
    {"HOME", "LANG", "LD_LIBRARY_PATH", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER"}
)
PASSED_ON_FROM = (
    "AWS_", "HADOOP_", "JAVA_", "JDK_", "KRB5", "KUBE", "LC_", "OMP_", "PYSPARK_", "PYTHON",
    "SPARK_", "YARN_",
)  # fmt: skip
# How a shell, and Java, tell that what they ran was ended by a signal.
SIGNALLED = range(129, 160)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the job ended; `error` is what it said of it, `log` the end of what it wrote."""

    exit_code: int
    error: str
    log: str

    @property
    def was_killed(self) -> bool:
        return self.exit_code < 0 or self.exit_code in SIGNALLED


def run_job(
    argv: Sequence[str],
    environment: Mapping[str, str],
    *,
    on_told: Callable[[Told], None],
    on_tick: Callable[[str], None],
) -> Ended:
    """Run the job to its end.

    `on_told` gets each JSON object that it prints, `on_tick` the end of its log at least twice a
    second. What they raise ends the job.
    """
    error = ""
    with _started(argv, environment) as child:
        lines, log = Lines(child.stdout), Log(child.stderr)
        is_over = False
        while not is_over:
            is_over = child.poll() is not None
            if is_over:
                _end_group(child)  # what it left behind would hold its pipes open
                lines.join(END_SECONDS)
                log.join(END_SECONDS)
            for told in lines.take(seconds=0 if is_over else TICK_SECONDS):
                if told.get("event") == "error":
                    error = str(told.get("message", ""))
                on_told(told)
            on_tick(log.text())
    return Ended(exit_code=child.returncode, error=error, log=log.text())


@contextmanager
def _started(
    argv: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    watchdog = Watchdog()
    child = subprocess.Popen(  # noqa: S603 - our own command
        ["/bin/sh", "-c", WAIT_FOR_THE_WORD, "sh", *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**_passed_on(os.environ), **environment},
        start_new_session=True,
    )
    try:
        watchdog.add(child.pid, group=True)
        _give_the_word(child)
        yield child
    finally:
        _end(child)
        watchdog.remove(child.pid)
        watchdog.close()


def _passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name in PASSED_ON or name.startswith(PASSED_ON_FROM)
    }


def _give_the_word(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError):  # it was ended already
        child.stdin.write(b"go\n")
        child.stdin.close()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=END_SECONDS)
    _end_group(child)
    child.wait()


def _end_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
