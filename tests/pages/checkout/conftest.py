"""A shop whose payment gateway is away, and one whose gateway is the sandbox bank."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox import SandboxBank, WebhookCatcher, free_port


def sandbox_at(url: str, secret: str = "x") -> dict[str, Any]:  # noqa: S107
    backend = "payments.gateways.sandbox.SandboxGateway"
    return {"sandbox": {"BACKEND": backend, "OPTIONS": {"url": url, "secret": secret}}}


@pytest.fixture(autouse=True)
def _no_gateway(settings: Any) -> None:
    settings.PAYMENT_GATEWAYS = sandbox_at(f"http://127.0.0.1:{free_port()}")


@pytest.fixture(scope="module")
def bank_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBank]:
    shop = WebhookCatcher()
    process = SandboxBank(data=tmp_path_factory.mktemp("bank"), shop_url=shop.url)
    process.start()
    yield process
    process.close()
    shop.close()


@pytest.fixture
def bank(bank_process: SandboxBank, settings: Any) -> SandboxBank:
    settings.PAYMENT_GATEWAYS = sandbox_at(bank_process.url, bank_process.secret)
    return bank_process
