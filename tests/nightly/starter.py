"""A process that does a run of the nightly job, for a test to kill: `starter FOLDER`."""

import json
import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from tests.nightly.runs import Nightly  # noqa: E402 - models need the setup

if __name__ == "__main__":
    # A shell that puts the tests in the background has them, and all they start, ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Nightly(Path(sys.argv[1]), json.loads(os.environ["NIGHTLY_PLAN"])).run()
