"""A real sandbox bank, spoken to through the shop's own gateway."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.sandbox import SECRET, SandboxBank, WebhookCatcher


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBank]:
    catcher = WebhookCatcher()
    process = SandboxBank(data=tmp_path_factory.mktemp("bank"), shop_url=catcher.url)
    process.start()
    yield process
    process.close()
    catcher.close()


@pytest.fixture
def _bank_in_use(bank: SandboxBank) -> Iterator[None]:
    gateways = {
        "sandbox": {
            "BACKEND": "payments.gateways.sandbox.SandboxGateway",
            "OPTIONS": {"url": bank.url, "secret": bank.secret, "breaker_pause": 0.0},
        }
    }
    with override_settings(PAYMENT_GATEWAYS=gateways, SANDBOX_SECRET=bank.secret):
        yield


@pytest.fixture
def _bank_is_away() -> Iterator[None]:
    gateways = {
        "sandbox": {
            "BACKEND": "payments.gateways.sandbox.SandboxGateway",
            "OPTIONS": {"url": "http://127.0.0.1:9", "secret": SECRET, "breaker_pause": 0.0},
        }
    }
    with override_settings(PAYMENT_GATEWAYS=gateways, SANDBOX_SECRET=SECRET):
        yield
