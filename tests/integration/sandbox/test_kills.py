"""The bank killed at any point: nothing captured twice, nothing forgotten."""

import json
import random
import threading
from contextlib import suppress

import httpx

from tests.sandbox import Opener, SandboxBank, WebhookCatcher, poll_until


def test_a_webhook_survives_a_kill_of_the_bank(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()
    shop.answers += [503] * 4
    bank.act(session["ref"], "pay")
    shop.wait_for(1)

    bank.kill()
    shop.answers.clear()
    shop.caught.clear()
    bank.start()

    (message, *_) = shop.wait_for(1)
    assert json.loads(message.body)["data"]["session"] == session["ref"]
    assert json.loads(message.body)["type"] == "payment.succeeded"


def test_a_planned_late_payment_survives_a_kill(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session()
    bank.act(session["ref"], "late", delay_seconds=0.3)

    bank.kill()
    bank.start()

    (message, *_) = shop.wait_for(1)
    assert json.loads(message.body)["data"]["session"] == session["ref"]


def test_kills_during_a_rush_lose_and_double_nothing(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    sessions = [open_session() for _ in range(30)]
    payers = [
        threading.Thread(target=_insist_on_paying, args=(bank, session["ref"]))
        for session in sessions
    ]
    chance = random.Random(3)

    for payer in payers:
        payer.start()
    for _ in range(3):
        threading.Event().wait(chance.uniform(0.005, 0.05))
        bank.kill()
        bank.start()
    for payer in payers:
        payer.join(timeout=30)

    ours = {session["ref"] for session in sessions}
    poll_until(lambda: ours <= _told_paid(shop))
    captured = [row["session_ref"] for row in bank.books()["captures"]]
    assert sorted(ref for ref in captured if ref in ours) == sorted(ours)
    events = {
        (content["data"]["session"], content["id"])
        for content in (json.loads(message.body) for message in shop.caught)
        if content["data"]["session"] in ours
    }
    assert len(events) == len(ours)


def _insist_on_paying(bank: SandboxBank, ref: str) -> None:
    """Click until the bank says paid, or paid already, whatever happens to it meanwhile."""

    def is_paid() -> bool:
        with suppress(httpx.TransportError):
            answer = bank.act(ref, "pay")
            return answer.is_success or answer.json()["code"] == "already_paid"
        return False

    poll_until(is_paid, seconds=25)


def _told_paid(shop: WebhookCatcher) -> set[str]:
    return {json.loads(message.body)["data"]["session"] for message in list(shop.caught)}
