"""What may be done in a payment session, and what the shop hears of it."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox import Opener, SandboxBank, WebhookCatcher, poll_until


def _captures(bank: SandboxBank, session: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for c in bank.books()["captures"] if c["session_ref"] == session["ref"]]


def _state(bank: SandboxBank, session: dict[str, Any]) -> str:
    return str(bank.http.get(f"/api/sessions/{session['ref']}").json()["state"])


def test_paying_takes_the_money_and_tells_the_shop(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()

    after = bank.act(session["ref"], "pay").json()

    (message,) = shop.wait_for(1)
    content = json.loads(message.body)
    (capture,) = _captures(bank, session)
    assert after["state"] == "paid"
    assert capture["amount_minor"] == 1250
    assert message.path == "/payments/webhooks/sandbox/"
    assert content["type"] == "payment.succeeded"
    assert content["data"] == {
        "session": session["ref"],
        "payment_id": session["payment_id"],
        "order_number": "4F7K-92MX-QH3T",
        "amount_minor": 1250,
        "currency": "USD",
        "capture": capture["ref"],
        "refund": None,
        "idempotency_key": None,
        "reason": "",
    }


def test_a_payment_id_has_one_session(bank: SandboxBank, open_session: Opener) -> None:
    payment_id = str(uuid.uuid4())

    with ThreadPoolExecutor(10) as pool:
        refs = set(
            pool.map(lambda _: open_session(payment_id=payment_id)["ref"], range(10)),
        )

    assert len(refs) == 1


def test_ten_clicks_at_once_take_the_money_once(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: bank.act(session["ref"], "pay"), range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    assert len(_captures(bank, session)) == 1
    assert len(shop.wait_for(1)) == 1


def test_a_refused_payment_is_final(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()

    bank.act(session["ref"], "decline")
    again = bank.act(session["ref"], "pay")

    (message,) = shop.wait_for(1)
    assert json.loads(message.body)["type"] == "payment.failed"
    assert again.status_code == 409
    assert again.json()["code"] == "session_closed"
    assert _captures(bank, session) == []


def test_after_one_declined_card_another_may_pay(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()

    declined = bank.act(session["ref"], "decline_once").json()
    bank.act(session["ref"], "pay")

    kinds = {json.loads(message.body)["type"] for message in shop.wait_for(2)}
    assert (declined["state"], declined["declined_cards"]) == ("open", 1)
    assert kinds == {"payment.card_declined", "payment.succeeded"}
    assert len(_captures(bank, session)) == 1


def test_a_cancelled_session_refuses_to_pay(bank: SandboxBank, open_session: Opener) -> None:
    session = open_session()

    cancelled = bank.http.post(f"/api/sessions/{session['ref']}/cancel", json={})
    again = bank.http.post(f"/api/sessions/{session['ref']}/cancel", json={})
    paid = bank.act(session["ref"], "pay")

    assert (cancelled.status_code, again.status_code) == (200, 200)
    assert paid.json()["code"] == "session_closed"
    assert _captures(bank, session) == []


def test_a_paid_session_refuses_to_be_cancelled(bank: SandboxBank, open_session: Opener) -> None:
    session = open_session()
    bank.act(session["ref"], "pay")

    answer = bank.http.post(f"/api/sessions/{session['ref']}/cancel", json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_paid")


def test_an_expired_session_refuses_to_pay(bank: SandboxBank, open_session: Opener) -> None:
    session = open_session(seconds=-1)

    paid = bank.act(session["ref"], "pay")

    assert _state(bank, session) == "expired"
    assert paid.json()["code"] == "session_closed"
    assert _captures(bank, session) == []


def test_a_late_bank_takes_the_money_of_a_cancelled_session(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()
    bank.http.post(f"/api/sessions/{session['ref']}/cancel", json={})

    bank.act(session["ref"], "late", delay_seconds=0.1)

    (message,) = shop.wait_for(1)
    assert json.loads(message.body)["type"] == "payment.succeeded"
    assert _state(bank, session) == "paid"
    assert len(_captures(bank, session)) == 1


def test_late_without_a_delay_means_right_after_the_window(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session(seconds=0.5)

    bank.act(session["ref"], "late")
    before = _state(bank, session)

    shop.wait_for(1)
    (capture,) = _captures(bank, session)
    assert before == "open"
    assert 1 <= capture["created_at"] - session["expires_at"] < 3


def test_paying_twice_late_takes_the_money_once(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()

    for _ in range(3):
        bank.act(session["ref"], "late", delay_seconds=0)
    shop.wait_for(1)
    bank.act(session["ref"], "late", delay_seconds=0)

    assert len(_captures(bank, session)) == 1


def test_a_repeated_answer_has_the_same_event_id(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()

    bank.act(session["ref"], "twice", copies=10)

    messages = shop.wait_for(10)
    assert len(messages) == 10
    assert len({json.loads(message.body)["id"] for message in messages}) == 1
    assert len(_captures(bank, session)) == 1


def test_a_silent_bank_has_the_money_but_says_nothing(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()

    bank.act(session["ref"], "pay_silently")

    log = bank.http.get(f"/api/sessions/{session['ref']}/deliveries").json()
    assert len(_captures(bank, session)) == 1
    assert log == {"deliveries": []}


@pytest.mark.parametrize(
    "lie", ["bad_signature", "old_timestamp", "wrong_amount", "wrong_currency", "unknown_payment"]
)
def test_a_lie_is_told_once_and_moves_no_money(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener, lie: str
) -> None:
    session = open_session()
    shop.answers.append(400)

    bank.act(session["ref"], lie)

    log = poll_until(lambda: _told(bank, session))
    assert log == [
        {
            "event_id": json.loads(shop.caught[0].body)["id"],
            "type": "payment.succeeded",
            "flaw": lie,
            "attempts": 1,
            "state": "given_up",
            "answer": "400",
        }
    ]
    assert _captures(bank, session) == []
    assert bank.act(session["ref"], "pay").status_code == 200


def _told(bank: SandboxBank, session: dict[str, Any]) -> list[dict[str, Any]]:
    log = bank.http.get(f"/api/sessions/{session['ref']}/deliveries").json()["deliveries"]
    return [row for row in log if row["state"] != "waiting"]


def test_a_webhook_is_repeated_until_the_shop_accepts_it(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()
    shop.answers += [500, 302, 404]

    bank.act(session["ref"], "pay")

    messages = shop.wait_for(4)
    (told,) = poll_until(lambda: _told(bank, session))
    assert len({json.loads(message.body)["id"] for message in messages}) == 1
    assert (told["state"], told["attempts"], told["answer"]) == ("delivered", 4, "200")


def test_unknown_sessions_and_actions_are_refused(bank: SandboxBank, open_session: Opener) -> None:
    session = open_session()

    unknown = bank.act("ses_unknown", "pay")
    nonsense = bank.act(session["ref"], "rob")
    negative = bank.act(session["ref"], "late", delay_seconds=-1)

    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_reference")
    assert nonsense.status_code == 422
    assert nonsense.json()["message"].startswith("action: 'rob' is not one of ")
    assert negative.status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payment_id", ""),
        ("amount_minor", 0),
        ("amount_minor", -1),
        ("amount_minor", 12.5),
        ("amount_minor", True),
        ("amount_minor", "1250"),
        ("amount_minor", 10**12),
        ("currency", None),
        ("return_url", "javascript:alert(1)"),
        ("cancel_url", "//elsewhere"),
        ("expires_at", "soon"),
        ("expires_at", "2030-01-01T00:00:00"),
    ],
)
def test_bad_terms_are_refused_by_name(bank: SandboxBank, field: str, value: object) -> None:
    terms = {
        "payment_id": str(uuid.uuid4()),
        "order_number": "A",
        "amount_minor": 1,
        "currency": "USD",
        "description": "x",
        "return_url": "http://a/",
        "cancel_url": "http://a/",
        "expires_at": "2030-01-01T00:00:00+00:00",
    }

    answer = bank.http.post("/api/sessions", json={**terms, field: value})

    assert answer.status_code == 422
    assert answer.json()["message"].startswith(f"{field}: ")


def test_a_wrong_key_or_body_is_refused(bank: SandboxBank, open_session: Opener) -> None:
    wrong_key = bank.http.get("/api/books", headers={"Authorization": "Bearer wrong"})
    no_json = bank.http.post("/api/sessions", content=b"{")
    a_list = bank.http.post("/api/sessions", json=[1])
    too_large = bank.http.post("/api/sessions", content=b"x" * 70_000)
    bad_since = bank.http.get("/api/books", params={"since": "yesterday"})
    wrong_method = bank.http.get("/api/refunds")
    nowhere = bank.http.get("/api/nothing")

    assert wrong_key.status_code == 401
    assert no_json.status_code == 422
    assert a_list.status_code == 422
    assert too_large.status_code == 413
    assert bad_since.status_code == 422
    assert wrong_method.status_code == 405
    assert nowhere.status_code == 404


def test_the_books_can_be_asked_since_a_time(bank: SandboxBank, open_session: Opener) -> None:
    early, late = open_session(), open_session()
    bank.act(early["ref"], "pay")
    (capture,) = _captures(bank, early)
    bank.act(late["ref"], "pay")

    everything = bank.books()["captures"]
    nothing = bank.http.get("/api/books", params={"since": "2100-01-01T00:00:00Z"}).json()

    refs = [row["session_ref"] for row in everything]
    assert refs.index(early["ref"]) < refs.index(late["ref"])
    assert capture["payment_id"] == early["payment_id"]
    assert nothing == {"captures": [], "refunds": []}


def test_the_bank_ends_when_asked(shop: WebhookCatcher, tmp_path: Path) -> None:
    bank = SandboxBank(data=tmp_path, shop_url=shop.url)
    bank.start()

    code = bank.stop()

    bank.close()
    assert code == 0
