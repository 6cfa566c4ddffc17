"""The webhook's address: what gateways are answered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from payments.events import PaymentSucceeded
from payments.models import Payment, WebhookEvent
from payments.services import replay_webhook
from shop.core import outbox
from tests.factories.checkout import order_of, signed, states, stock_product

pytestmark = pytest.mark.django_db

URL = "/payments/webhooks/sandbox/"


def post(client: Client, headers: dict[str, str], body: bytes, url: str = URL) -> tuple[int, str]:
    answer = client.post(url, body, content_type="application/json", headers=headers)
    content = answer.json()
    return answer.status_code, content.get("code") or content["verdict"]


@pytest.fixture
def payment() -> Payment:
    stock_product("LAMP")
    order_of("LAMP")
    return Payment.objects.get()


def test_a_genuine_success_is_applied(client: Client, payment: Payment) -> None:
    assert post(client, *signed("payment.succeeded", payment)) == (200, "applied")
    assert states(payment.order_number) == ("confirmed", "succeeded")


def test_a_bad_signature_is_refused_and_not_kept(client: Client, payment: Payment) -> None:
    headers, body = signed("payment.succeeded", payment)

    assert post(client, headers, body + b" ") == (400, "bad_signature")
    assert post(client, {}, body) == (400, "bad_signature")
    assert not WebhookEvent.objects.exists()


def test_an_old_message_is_refused(client: Client, payment: Payment) -> None:
    old = timezone.now() - timedelta(minutes=10)

    assert post(client, *signed("payment.succeeded", payment, at=old)) == (400, "stale_timestamp")


def test_an_unknown_gateway(client: Client, payment: Payment) -> None:
    url = "/payments/webhooks/piggybank/"

    assert post(client, *signed("payment.succeeded", payment), url=url) == (404, "unknown_gateway")


def test_a_wrong_amount_is_kept_and_answered_so_that_it_does_not_come_again(
    client: Client, payment: Payment
) -> None:
    message = signed("payment.succeeded", payment, amount_minor=1)

    assert post(client, *message) == (200, "refused")
    assert WebhookEvent.objects.get().verdict == "refused"


def test_only_posts_are_taken(client: Client) -> None:
    assert client.get(URL).status_code == 405


def test_a_message_whose_effect_fails_unexpectedly_is_kept_and_can_be_replayed(
    client: Client, payment: Payment
) -> None:
    broken = True

    def stumble(event: PaymentSucceeded) -> None:
        if broken:
            raise RuntimeError("a bug")

    outbox.subscribe_in_transaction(PaymentSucceeded, stumble)

    assert post(client, *signed("payment.succeeded", payment)) == (500, "failed")
    assert states(payment.order_number) == ("awaiting_payment", "pending")
    kept = WebhookEvent.objects.get()
    assert (kept.verdict, kept.detail) == ("failed", "RuntimeError: a bug")

    broken = False
    answer = replay_webhook(webhook_id=kept.pk, now=timezone.now())

    assert answer.verdict == "applied"
    assert states(payment.order_number) == ("confirmed", "succeeded")
