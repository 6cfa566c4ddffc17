"""A bank process and a webhook catcher, shared by a module; each test opens its own session."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox import Opener, SandboxBank, WebhookCatcher, poll_until


@pytest.fixture(scope="module")
def shop() -> Iterator[WebhookCatcher]:
    catcher = WebhookCatcher()
    yield catcher
    catcher.close()


@pytest.fixture(scope="module")
def bank(shop: WebhookCatcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBank]:
    process = SandboxBank(data=tmp_path_factory.mktemp("bank"), shop_url=shop.url)
    process.start()
    yield process
    process.close()


@pytest.fixture
def open_session(bank: SandboxBank, shop: WebhookCatcher) -> Iterator[Opener]:
    """Open a session for a payment of $12.50, or other terms."""
    shop.caught.clear()
    shop.answers.clear()
    refs: list[str] = []

    def open_it(*, seconds: float = 600, **terms: Any) -> dict[str, Any]:
        expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
        answer = bank.http.post(
            "/api/sessions",
            json={
                "payment_id": str(uuid.uuid4()),
                "order_number": "4F7K-92MX-QH3T",
                "amount_minor": 1250,
                "currency": "USD",
                "description": "2 items from Parcelwise",
                "return_url": "http://shop.example/orders/4F7K-92MX-QH3T/",
                "cancel_url": "http://shop.example/cart/",
                "expires_at": expires_at.isoformat(),
                **terms,
            },
        )
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        refs.append(content["ref"])
        return content

    yield open_it
    # The next test must not catch this one's messages.
    shop.answers.clear()
    poll_until(lambda: not any(_has_messages_waiting(bank, ref) for ref in refs))


def _has_messages_waiting(bank: SandboxBank, ref: str) -> bool:
    log = bank.http.get(f"/api/sessions/{ref}/deliveries").json()["deliveries"]
    return any(row["state"] == "waiting" for row in log)
