"""A shop that answers over HTTP in this process, a bank beside it: for clients of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.test import override_settings

from tests.sandbox import SECRET, SandboxBank


@contextmanager
def bank_beside(shop_url: str, data: Path) -> Iterator[SandboxBank]:
    """Have a bank whose payments the shop asks for."""
    bank = SandboxBank(data=data, shop_url=shop_url)
    gateways = {
        "sandbox": {
            "BACKEND": "payments.gateways.sandbox.SandboxGateway",
            "OPTIONS": {"url": bank.url, "secret": SECRET},
        }
    }
    bank.start()
    try:
        with override_settings(
            PAYMENT_GATEWAYS=gateways, SANDBOX_SECRET=SECRET, SHOP_URL=shop_url
        ):
            yield bank
    finally:
        bank.close()
