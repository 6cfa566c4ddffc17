"""What every payment gateway must do, tried on a real one: the sandbox bank in its own process."""

import hashlib
import hmac
import socket
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from payments.gateways.base import (
    BadSignature,
    EventKind,
    Gateway,
    GatewayRefund,
    GatewayRefused,
    GatewaySession,
    GatewayStatus,
    GatewayTimeout,
    GatewayUnavailable,
    MalformedWebhook,
    RefundState,
    SessionAlreadyPaid,
    SessionState,
    StaleTimestamp,
)
from payments.gateways.sandbox import SandboxGateway
from shop.core.money import Money
from tests.sandbox import SECRET, SandboxBank, WebhookCatcher, free_port, poll_until

PRICE = Money(1250, "USD")


class SandboxSetup:
    """The gateway and the levers a contract test pulls at its far end."""

    def __init__(self, bank: SandboxBank, shop: WebhookCatcher) -> None:
        self.bank = bank
        self.shop = shop
        self.gateway: Gateway = SandboxGateway(url=bank.url, secret=bank.secret)
        self._opened = ""

    def open(self, *, payment_id: str = "", amount: Money = PRICE) -> GatewaySession:
        session = self.gateway.open_session(
            payment_id=payment_id or str(uuid.uuid4()),
            order_number="4F7K-92MX-QH3T",
            amount=amount,
            description="2 items",
            return_url="http://shop.example/orders/4F7K-92MX-QH3T/",
            cancel_url="http://shop.example/cart/",
            expires_at=datetime.now(UTC) + timedelta(minutes=10),
        )
        self._opened = session.ref
        return session

    def capture(self, *, payment_id: str = "") -> str:
        """Open a session, pay in it, and return the capture's reference."""
        session = self.open(payment_id=payment_id)
        self.act(session, "pay")
        capture_ref = self.gateway.fetch_status(session_ref=session.ref).capture_ref
        assert capture_ref is not None
        return capture_ref

    def act(self, session: GatewaySession, action: str, **options: Any) -> None:
        assert self.bank.act(session.ref, action, **options).is_success

    def webhook(self) -> tuple[dict[str, str], bytes]:
        """Return the next message about the session opened last; an earlier test's may be late."""
        ref = self._opened.encode()
        about_it = poll_until(lambda: [each for each in self.shop.caught if ref in each.body])
        return about_it[0].headers, about_it[0].body


@pytest.fixture(scope="module", params=["sandbox"])
def started(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SandboxSetup]:
    shop = WebhookCatcher()
    bank = SandboxBank(data=tmp_path_factory.mktemp("bank"), shop_url=shop.url)
    bank.start()
    setup = SandboxSetup(bank, shop)
    yield setup
    setup.gateway.close()
    bank.close()
    shop.close()


@pytest.fixture
def setup(started: SandboxSetup) -> SandboxSetup:
    started.shop.caught.clear()
    started.shop.answers.clear()
    return started


def test_a_new_session_is_open_and_has_an_address(setup: SandboxSetup) -> None:
    session = setup.open()

    status = setup.gateway.fetch_status(session_ref=session.ref)
    assert session.url == f"{setup.bank.url}/pay/{session.ref}/"
    assert status == GatewayStatus(state=SessionState.OPEN, amount=PRICE, capture_ref=None)


def test_a_payment_gets_the_same_session_again(setup: SandboxSetup) -> None:
    payment_id = str(uuid.uuid4())

    first = setup.open(payment_id=payment_id)
    second = setup.open(payment_id=payment_id)

    assert first == second


def test_a_payment_with_another_amount_is_refused(setup: SandboxSetup) -> None:
    payment_id = str(uuid.uuid4())
    setup.open(payment_id=payment_id)

    with pytest.raises(GatewayRefused) as refusal:
        setup.open(payment_id=payment_id, amount=Money(1251, "USD"))

    assert refusal.value.reason == "key_reused"


def test_a_cancelled_session_stays_cancelled(setup: SandboxSetup) -> None:
    session = setup.open()

    setup.gateway.cancel_session(session_ref=session.ref)
    setup.gateway.cancel_session(session_ref=session.ref)

    status = setup.gateway.fetch_status(session_ref=session.ref)
    assert status.state == SessionState.CANCELLED


def test_a_paid_session_cannot_be_cancelled(setup: SandboxSetup) -> None:
    session = setup.open()
    setup.act(session, "pay")

    with pytest.raises(SessionAlreadyPaid):
        setup.gateway.cancel_session(session_ref=session.ref)

    status = setup.gateway.fetch_status(session_ref=session.ref)
    assert status.state == SessionState.PAID
    assert status.capture_ref is not None


def test_what_does_not_exist_is_refused(setup: SandboxSetup) -> None:
    with pytest.raises(GatewayRefused):
        setup.gateway.cancel_session(session_ref="ses_unknown")
    with pytest.raises(GatewayRefused):
        setup.gateway.fetch_status(session_ref="ses_unknown")
    with pytest.raises(GatewayRefused):
        setup.gateway.fetch_refund(refund_ref="ref_unknown")
    with pytest.raises(GatewayRefused):
        setup.gateway.refund(capture_ref="cap_unknown", amount=PRICE, idempotency_key="k")


def test_a_refund_moves_money_once_for_its_key(setup: SandboxSetup) -> None:
    capture_ref = setup.capture()

    first = setup.gateway.refund(capture_ref=capture_ref, amount=PRICE, idempotency_key="once")
    second = setup.gateway.refund(capture_ref=capture_ref, amount=PRICE, idempotency_key="once")

    assert first == second == GatewayRefund(ref=first.ref, state=RefundState.DONE)
    assert setup.gateway.fetch_refund(refund_ref=first.ref) == first


def test_a_refund_above_the_capture_is_refused(setup: SandboxSetup) -> None:
    capture_ref = setup.capture()

    with pytest.raises(GatewayRefused):
        setup.gateway.refund(
            capture_ref=capture_ref, amount=Money(1251, "USD"), idempotency_key="too much"
        )


def test_a_failed_refund_may_be_tried_anew_with_its_key(setup: SandboxSetup) -> None:
    capture_ref = setup.capture()
    setup.bank.behave("refund", "fail", times=1)

    first = setup.gateway.refund(capture_ref=capture_ref, amount=PRICE, idempotency_key="anew")
    second = setup.gateway.refund(capture_ref=capture_ref, amount=PRICE, idempotency_key="anew")

    assert (first.state, first.reason) == (RefundState.FAILED, "receiving_bank_refused")
    assert (second.ref, second.state) == (first.ref, RefundState.DONE)


def test_a_success_is_read_from_its_webhook(setup: SandboxSetup) -> None:
    payment_id = str(uuid.uuid4())
    capture_ref = setup.capture(payment_id=payment_id)
    headers, body = setup.webhook()

    event = setup.gateway.parse_webhook(headers=headers, body=body, now=datetime.now(UTC))

    assert event.kind == EventKind.PAYMENT_SUCCEEDED
    assert (event.payment_id, event.amount) == (payment_id, PRICE)
    assert event.capture_ref == capture_ref
    assert event.raw["id"] == event.event_id
    assert datetime.now(UTC) - event.created_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("decline", EventKind.PAYMENT_FAILED),
        ("cancel", EventKind.PAYMENT_CANCELLED),
        ("decline_once", EventKind.OTHER),
    ],
)
def test_other_outcomes_are_read_from_their_webhooks(
    setup: SandboxSetup, action: str, kind: EventKind
) -> None:
    session = setup.open()
    setup.act(session, action)
    headers, body = setup.webhook()

    event = setup.gateway.parse_webhook(headers=headers, body=body, now=datetime.now(UTC))

    assert (event.kind, event.session_ref) == (kind, session.ref)


def test_a_refund_is_read_from_its_webhook(setup: SandboxSetup) -> None:
    capture_ref = setup.capture()
    setup.webhook()
    setup.shop.caught.clear()
    refund = setup.gateway.refund(
        capture_ref=capture_ref, amount=Money(250, "USD"), idempotency_key="told"
    )
    headers, body = setup.webhook()

    event = setup.gateway.parse_webhook(headers=headers, body=body, now=datetime.now(UTC))

    assert event.kind == EventKind.REFUND_DONE
    assert (event.refund_ref, event.idempotency_key) == (refund.ref, "told")
    assert event.amount == Money(250, "USD")


@pytest.mark.parametrize("name", ["X-SANDBOX-SIGNATURE", "x-sandbox-signature"])
def test_header_names_match_in_any_case(setup: SandboxSetup, name: str) -> None:
    setup.capture()
    headers, body = setup.webhook()

    event = setup.gateway.parse_webhook(
        headers={name: headers["X-Sandbox-Signature"]}, body=body, now=datetime.now(UTC)
    )

    assert event.kind == EventKind.PAYMENT_SUCCEEDED


def test_a_forged_webhook_is_not_believed(setup: SandboxSetup) -> None:
    session = setup.open()
    setup.act(session, "bad_signature")
    headers, body = setup.webhook()

    with pytest.raises(BadSignature):
        setup.gateway.parse_webhook(headers=headers, body=body, now=datetime.now(UTC))


def test_a_changed_or_unsigned_body_is_not_believed(setup: SandboxSetup) -> None:
    setup.capture()
    headers, body = setup.webhook()
    now = datetime.now(UTC)

    with pytest.raises(BadSignature):
        setup.gateway.parse_webhook(headers=headers, body=body + b" ", now=now)
    with pytest.raises(BadSignature):
        setup.gateway.parse_webhook(headers={}, body=body, now=now)


def test_an_old_webhook_is_not_believed(setup: SandboxSetup) -> None:
    session = setup.open()
    setup.act(session, "old_timestamp")
    headers, body = setup.webhook()

    with pytest.raises(StaleTimestamp):
        setup.gateway.parse_webhook(headers=headers, body=body, now=datetime.now(UTC))


def test_a_webhook_is_believed_for_five_minutes(setup: SandboxSetup) -> None:
    setup.capture()
    headers, body = setup.webhook()
    now = datetime.now(UTC)

    setup.gateway.parse_webhook(headers=headers, body=body, now=now + timedelta(seconds=290))
    with pytest.raises(StaleTimestamp):
        setup.gateway.parse_webhook(headers=headers, body=body, now=now + timedelta(seconds=310))
    with pytest.raises(StaleTimestamp):
        setup.gateway.parse_webhook(headers=headers, body=body, now=now - timedelta(seconds=310))


def test_the_books_hold_captures_and_refunds(setup: SandboxSetup) -> None:
    payment_id = str(uuid.uuid4())
    capture_ref = setup.capture(payment_id=payment_id)
    setup.gateway.refund(capture_ref=capture_ref, amount=PRICE, idempotency_key="booked")

    books = setup.gateway.fetch_books(since=datetime.now(UTC) - timedelta(hours=1))

    (capture,) = [row for row in books.captures if row.ref == capture_ref]
    (refund,) = [row for row in books.refunds if row.capture_ref == capture_ref]
    assert (capture.payment_id, capture.amount) == (payment_id, PRICE)
    assert (refund.idempotency_key, refund.state) == ("booked", RefundState.DONE)


def test_a_gateway_out_of_order_is_an_infrastructure_error_and_heals(setup: SandboxSetup) -> None:
    setup.bank.behave("api", "unavailable", times=2)

    with pytest.raises(GatewayUnavailable):
        setup.open()

    assert setup.open().ref


def test_one_hiccup_is_not_noticed(setup: SandboxSetup) -> None:
    setup.bank.behave("api", "unavailable", times=1)

    assert setup.open().ref


def test_a_gateway_that_is_not_there_is_unavailable() -> None:
    gateway = SandboxGateway(url=f"http://127.0.0.1:{free_port()}", secret=SECRET)

    with pytest.raises(GatewayUnavailable):
        gateway.ping()
    gateway.close()


def test_a_silent_gateway_costs_one_time_out_per_pause() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        gateway = SandboxGateway(url=url, secret=SECRET, timeout=0.3, breaker_pause=60)
        start = time.monotonic()

        with pytest.raises(GatewayTimeout):
            gateway.ping()
        for _ in range(20):
            with pytest.raises(GatewayUnavailable):
                gateway.ping()

        assert 0.3 <= time.monotonic() - start < 0.6
        gateway.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id": "e", "type": "payment.succeeded", "created": 1}',
        b'{"id": "", "type": "payment.succeeded", "created": 1, "data": {}}',
        b'{"id": "e", "type": "payment.succeeded", "created": "x", "data": {}}',
        b'{"id": "e", "type": ["x"], "created": 1, "data": {}}',
        b'{"id": "e", "type": "t", "created": 1e99, "data": {}}',
        b'{"id": "e", "type": "t", "created": 1, "data": {"amount_minor": "9"}}',
        b'{"id": "e", "type": "t", "created": 1, "data": {"session": 5}}',
        b'{"id": "e\\u0000", "type": "t", "created": 1, "data": {}}',
        b'{"id": "e", "type": "t", "created": 1, "data": {"x": "\\ud800"}}',
        b"\xff\xfe",
    ],
)
def test_a_signed_but_unreadable_webhook_is_malformed(body: bytes) -> None:
    gateway = SandboxGateway(url="http://127.0.0.1:1", secret=SECRET)
    now = datetime.now(UTC)

    with pytest.raises(MalformedWebhook):
        gateway.parse_webhook(headers=_signed(body, SECRET, now), body=body, now=now)


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=ab", "t=x,v1=ab", "t=\u0661,v1=ab", "t=1,v1=", "garbage", "t=1,v1=ü"]
)
def test_a_garbled_signature_is_bad(header: str) -> None:
    gateway = SandboxGateway(url="http://127.0.0.1:1", secret=SECRET)

    with pytest.raises(BadSignature):
        gateway.parse_webhook(
            headers={"X-Sandbox-Signature": header}, body=b"{}", now=datetime.now(UTC)
        )


def _signed(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Sandbox-Signature": f"t={stamp},v1={digest}"}
