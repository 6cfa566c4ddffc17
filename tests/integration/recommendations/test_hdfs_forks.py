"""A process that has spoken to HDFS can start others, as Spark's own launcher does."""

import subprocess
import sys

STARTS_ONE = """
import subprocess, sys
from recommendations.hdfs import open_hdfs
open_hdfs("hdfs://127.0.0.1:1/lake")  # nobody keeps it
subprocess.run([sys.executable, "-c", ""], check=True, preexec_fn=lambda: None)
print("started")
"""


def test_a_process_started_by_forking_does_not_wait_for_threads_left_behind() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTS_ONE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("started\n", 0), done.stderr
