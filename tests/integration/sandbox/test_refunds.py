"""Refunds at the bank: once per key, never too much, and every way they can go wrong."""

import json
import uuid
from typing import Any

import httpx
import pytest

from tests.sandbox import Opener, SandboxBank, WebhookCatcher


@pytest.fixture
def paid(bank: SandboxBank, shop: WebhookCatcher, open_session: Opener) -> dict[str, Any]:
    session = open_session()
    bank.act(session["ref"], "pay")
    shop.wait_for(1)
    shop.caught.clear()
    return bank.http.get(f"/api/sessions/{session['ref']}").json()  # type: ignore[no-any-return]


def _refund(
    bank: SandboxBank,
    paid: dict[str, Any],
    *,
    amount: int = 1250,
    key: str = "",
    currency: str = "USD",
) -> httpx.Response:
    order = {
        "capture_ref": paid["capture_ref"],
        "amount_minor": amount,
        "currency": currency,
        "idempotency_key": key or str(uuid.uuid4()),
    }
    return bank.http.post("/api/refunds", json=order)


def _booked(bank: SandboxBank, paid: dict[str, Any]) -> list[tuple[int, str]]:
    rows = [r for r in bank.books()["refunds"] if r["capture_ref"] == paid["capture_ref"]]
    return [(row["amount_minor"], row["state"]) for row in rows]


def test_a_refund_is_done_once_for_its_key(
    bank: SandboxBank, shop: WebhookCatcher, paid: dict[str, Any]
) -> None:
    first = _refund(bank, paid, key="key-once").json()
    second = _refund(bank, paid, key="key-once").json()

    (message,) = shop.wait_for(1)
    assert first == second
    assert first["state"] == "done"
    assert _booked(bank, paid) == [(1250, "done")]
    assert json.loads(message.body)["type"] == "refund.done"
    assert json.loads(message.body)["data"]["refund"] == first["ref"]


def test_a_key_with_another_amount_is_refused(bank: SandboxBank, paid: dict[str, Any]) -> None:
    _refund(bank, paid, amount=1000, key="key-reused")

    other = _refund(bank, paid, amount=900, key="key-reused")

    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert _booked(bank, paid) == [(1000, "done")]


def test_more_than_was_captured_is_refused(bank: SandboxBank, paid: dict[str, Any]) -> None:
    _refund(bank, paid, amount=1000)

    too_much = _refund(bank, paid, amount=251)
    wrong_currency = _refund(bank, paid, amount=1, currency="EUR")
    rest = _refund(bank, paid, amount=250)

    assert (too_much.status_code, too_much.json()["code"]) == (422, "refund_too_large")
    assert wrong_currency.status_code == 422
    assert rest.status_code == 200
    assert _booked(bank, paid) == [(1000, "done"), (250, "done")]


def test_an_unknown_capture_is_refused(bank: SandboxBank) -> None:
    answer = _refund(bank, {"capture_ref": "cap_unknown"})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_reference")


def test_a_refund_that_fails_twice_is_done_the_third_time(
    bank: SandboxBank, shop: WebhookCatcher, paid: dict[str, Any]
) -> None:
    bank.behave("refund", "fail", scope=paid["ref"], times=2)

    states = [_refund(bank, paid, key="key-failing").json()["state"] for _ in range(3)]

    kinds = [json.loads(message.body)["type"] for message in shop.wait_for(1)]
    assert states == ["failed", "failed", "done"]
    assert kinds == ["refund.done"]
    assert _booked(bank, paid) == [(1250, "done")]


def test_an_unavailable_bank_books_nothing(bank: SandboxBank, paid: dict[str, Any]) -> None:
    bank.behave("refund", "unavailable", scope=paid["ref"], times=1)

    first = _refund(bank, paid, key="key-unavailable")
    booked = _booked(bank, paid)
    second = _refund(bank, paid, key="key-unavailable")

    assert (first.status_code, booked) == (503, [])
    assert second.json()["state"] == "done"


def test_a_refund_whose_answer_was_lost_is_not_done_again(
    bank: SandboxBank, paid: dict[str, Any]
) -> None:
    bank.behave("refund", "lost_answer", scope=paid["ref"], times=1)

    first = _refund(bank, paid, key="key-lost")
    second = _refund(bank, paid, key="key-lost")

    assert first.status_code == 503
    assert second.json()["state"] == "done"
    assert _booked(bank, paid) == [(1250, "done")]


@pytest.mark.parametrize(("mode", "end"), [("pending", "done"), ("pending_then_fail", "failed")])
def test_a_pending_refund_ends_with_a_webhook(
    bank: SandboxBank, shop: WebhookCatcher, paid: dict[str, Any], mode: str, end: str
) -> None:
    bank.behave("refund", mode, scope=paid["ref"], delay_seconds=0.2)

    refund = _refund(bank, paid).json()

    (message,) = shop.wait_for(1)
    assert refund["state"] == "pending"
    assert json.loads(message.body)["type"] == f"refund.{end}"
    assert bank.http.get(f"/api/refunds/{refund['ref']}").json()["state"] == end


def test_a_behavior_of_another_session_does_not_matter(
    bank: SandboxBank, paid: dict[str, Any], open_session: Opener
) -> None:
    bank.behave("refund", "fail", scope=open_session()["ref"], times=9)

    assert _refund(bank, paid).json()["state"] == "done"


def test_nonsense_behavior_is_refused(bank: SandboxBank) -> None:
    answer = bank.http.post("/api/behaviors", json={"topic": "refund", "mode": "explode"})

    assert answer.status_code == 422
    assert answer.json()["message"].startswith("mode: 'explode' is not one of ")
