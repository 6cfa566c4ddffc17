"""The process tree, once a module, on the test database."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests.processes import ShopProcesses


def database_url() -> str:
    config = connection.settings_dict
    host = quote(str(config["HOST"]), safe="")
    return f"postgres://{config['USER']}@{host}/{config['NAME']}"


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Variables of the module's tree; override it to set some."""
    return {}


@pytest.fixture(scope="module")
def shop(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    environment: dict[str, str],
) -> Iterator[ShopProcesses]:
    var = settings.VAR_DIR / "trees" / tmp_path_factory.mktemp("tree").name
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        processes = ShopProcesses(var=var, database_url=database_url(), **environment)
    processes.start()
    gateways = {
        "sandbox": {
            "BACKEND": "payments.gateways.sandbox.SandboxGateway",
            "OPTIONS": {
                "url": str(processes.bank.base_url).rstrip("/"),
                "secret": "only-for-development",
            },
        }
    }
    stores = {**settings.STORES}
    stores["search"] = {**stores["search"], "OPTIONS": {"directory": str(var / "search")}}
    with override_settings(
        STORES=stores, PAYMENT_GATEWAYS=gateways, SHOP_URL=str(processes.http.base_url).rstrip("/")
    ):
        yield processes
    processes.stop()
