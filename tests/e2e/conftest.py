"""The shop's process tree: started for the first test that wants it, stopped after the last.

A test says what its tree's environment shall be by `@pytest.mark.tree(NAME="value")`. Only one is
up at a time, as all share the test database; the tests of one tree run one after another.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests import real_servers
from tests.e2e import copies
from tests.e2e.degraded import watch
from tests.processes import ShopProcesses

HERE = Path(__file__).parent
# A killed worker's events wait this long; a minute, as in production, would try our patience.
DEFAULTS = {"OUTBOX_LEASE_SECONDS": "5"}


_numbers = count(1)


class Trees:
    """The tree that is up, if any."""

    def __init__(self) -> None:
        self._up: tuple[str, ShopProcesses] | None = None

    def get(self, key: str, environment: dict[str, str], var: Path) -> ShopProcesses:
        if self._up is None or self._up[0] != key:
            self.stop()
            tree = ShopProcesses(
                var=var / f"{next(_numbers)}", database_url=database_url(), **environment
            )
            tree.start()
            self._up = (key, tree)
        return self._up[1]

    def stop(self) -> None:
        if self._up is not None:
            self._up[1].stop()
            self._up = None


trees = Trees()


def database_url() -> str:
    config = connection.settings_dict
    host = quote(str(config["HOST"]), safe="")
    login = f"{config['USER']}:{config['PASSWORD']}" if config["PASSWORD"] else config["USER"]
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f"postgres://{login}@{host}{port}/{config['NAME']}"


def environment_of(item: pytest.Item) -> dict[str, str]:
    marks = [dict(mark.kwargs) for mark in item.iter_markers("tree")]
    return {**DEFAULTS, **{name: value for mark in marks for name, value in mark.items()}}


def key_of(item: pytest.Item | None) -> str:
    """Return a name of the tree the test runs on, "" for none."""
    if item is None or HERE not in item.path.parents:
        return ""
    return ",".join(f"{name}={value}" for name, value in sorted(environment_of(item).items()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of each tree together, at the end."""
    items.sort(key=key_of)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    yield
    # Its timers would deliver what other tests publish.
    if key_of(nextitem) != key_of(item):
        trees.stop()


@pytest.fixture(scope="session")
def _no_tree_left(django_db_setup: None) -> Iterator[None]:
    """Stop the last tree before its database goes."""
    yield
    trees.stop()


@pytest.fixture
def shop(
    request: pytest.FixtureRequest, _no_tree_left: None, transactional_db: None
) -> Iterator[ShopProcesses]:
    if request.node.get_closest_marker("servers") and not real_servers.REQUIRED:
        pytest.skip("Stops and starts the real servers: run `make servers test-servers`.")
    base = settings.VAR_DIR / "trees"
    tree = trees.get(key_of(request.node), environment_of(request.node), base)
    gateways = {
        "sandbox": {
            "BACKEND": "payments.gateways.sandbox.SandboxGateway",
            "OPTIONS": {
                "url": str(tree.bank.base_url).rstrip("/"),
                "secret": "only-for-development",
            },
        }
    }
    stores = {**settings.STORES}
    if "directory" in stores["search"]["OPTIONS"]:
        stores["search"] = {**stores["search"], "OPTIONS": {"directory": str(tree.var / "search")}}
    with override_settings(
        STORES=stores, PAYMENT_GATEWAYS=gateways, SHOP_URL=str(tree.http.base_url).rstrip("/")
    ):
        yield tree


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    sections = {
        "the journey, store by store": copies.lines(),
        "what shoppers saw while a server was stopped": watch.lines(),
    }
    for title, lines in sections.items():
        for number, line in enumerate(lines):
            if not number:
                terminalreporter.section(title)
            terminalreporter.line(line)
