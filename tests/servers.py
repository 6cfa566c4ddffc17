"""A pytest plugin, loaded before Django: a throw-away PostgreSQL and Redis for this run.

With REAL_SERVERS=1 those of `make servers` instead, and the other stores with them. With several
workers (`-n 2`) each has its own; the process that only hands out tests has none.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from shop.embedded.paths import EmbeddedPaths
from shop.embedded.session import embedded_servers
from tests import real_servers

ROOT = Path(__file__).resolve().parents[1]
_stack = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    hands_out = getattr(early_config.known_args_namespace, "numprocesses", None)
    if hands_out and "PYTEST_XDIST_WORKER" not in os.environ:
        return
    base = ROOT / "var" / "test"
    base.mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=base))
    var.chmod(0o755)
    (var / "static").mkdir()  # WhiteNoise warns where nothing was ever collected
    _stack.callback(shutil.rmtree, var, ignore_errors=True)
    os.environ["VAR_DIR"] = str(var)
    if real_servers.REQUIRED:
        os.environ.update(real_servers.environment())
        _stack.callback(real_servers.forget_data)
    _stack.enter_context(
        embedded_servers(
            EmbeddedPaths(var),
            postgres="DATABASE_URL" not in os.environ,
            redis="REDIS_URL" not in os.environ,
            durable=False,
        )
    )
    _stack.callback(shutil.rmtree, EmbeddedPaths(var).sockets, ignore_errors=True)


def pytest_unconfigure() -> None:
    _stack.close()
