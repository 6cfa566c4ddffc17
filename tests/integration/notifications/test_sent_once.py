"""An e-mail goes out once, and none is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications import selectors
from notifications.kinds import ON_STATUS, STILL_TRUE, Kind
from notifications.models import MailboxMessage, SentNotification
from notifications.services import send_once
from orders.events import OrderStatusChanged
from orders.states import FINAL, OrderStatus
from shop.core import outbox
from shop.core.models import OutboxMessage
from shop.core.outbox import subscriptions


def publish_again(story):
    with transaction.atomic():
        outbox.publish(
            OrderStatusChanged(
                order_number=story.number,
                old_status="awaiting_payment",
                new_status="confirmed",
                cause="webhook",
            )
        )


def send_confirmation(story):
    return send_once(order_number=story.number, kind=Kind.CONFIRMED, now=timezone.now())


@pytest.mark.django_db
def test_an_event_delivered_again_sends_nothing(story):
    story.place().pay().deliver()

    publish_again(story)

    assert story.deliver() == []
    [sent] = selectors.sent_notifications(order_number=story.number)
    assert (sent.kind, sent.recipient) == ("confirmed", "ada@example.com")


@pytest.mark.django_db(transaction=True)
def test_deliveries_at_once_send_one(story, mailoutbox):
    story.place().pay()

    def send(_):
        try:
            return send_confirmation(story)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(send, range(12)))

    assert sorted(sent) == [False] * 11 + [True]
    assert len(mailoutbox) == 1


@pytest.mark.django_db
def test_a_mail_server_that_is_down_loses_nothing(story, mailoutbox, settings):
    story.place().pay()
    OutboxMessage.objects.exclude(subscriber__startswith="notifications.").delete()
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    outbox.deliver_due(now=timezone.now())

    [row] = OutboxMessage.objects.all()
    assert row.attempts == 1
    assert "ConnectionRefusedError" in row.last_error
    assert not SentNotification.objects.exists()

    settings.EMAIL_BACKEND = working
    outbox.deliver_due(now=row.available_at)

    assert len(mailoutbox) == 1
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_killed_before_the_commit_the_copy_has_the_same_message_id(story, mailoutbox):
    story.place().pay()

    with transaction.atomic():
        send_confirmation(story)
        transaction.set_rollback(True)
    assert send_confirmation(story)

    first, second = (message.extra_headers["Message-ID"] for message in mailoutbox)
    assert first == second


@pytest.mark.django_db
def test_the_mailbox_keeps_each_message_id_once(story, settings):
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    story.place().pay()

    send_confirmation(story)
    SentNotification.objects.all().delete()
    send_confirmation(story)

    [kept] = MailboxMessage.objects.all()
    assert kept.recipients == "ada@example.com"
    assert kept.subject.startswith(f"Order {story.number} is confirmed")
    assert "We have your payment" in kept.text
    assert "<html" in kept.html


@pytest.mark.django_db
def test_e_mails_of_one_order_make_one_conversation(story, mailoutbox):
    story.place().pay().ship().deliver()

    confirmed, shipped = mailoutbox
    assert confirmed.extra_headers["References"] == shipped.extra_headers["References"]
    assert confirmed.extra_headers["Message-ID"] != shipped.extra_headers["Message-ID"]


@pytest.mark.django_db
def test_staff_are_told_of_every_round_of_a_failing_refund_once(story):
    story.place().pay().cancel().deliver()
    story.refund("failed", reason="no", times=5)

    assert len(story.deliver()) == 1

    story.start_refund_again()
    story.refund("failed", reason="still no", times=5)

    assert len(story.deliver()) == 1


@pytest.mark.django_db
def test_a_refund_started_again_alarms_nobody(story):
    story.place().pay().cancel().deliver()
    story.refund("failed", reason="no", times=5)
    story.start_refund_again()

    assert story.deliver() == []


def test_every_final_status_tells_somebody():
    assert set(ON_STATUS) >= FINAL
    assert all(status in STILL_TRUE[kind] for status, kind in ON_STATUS.items())
    assert set(STILL_TRUE) == set(Kind)
    assert set(OrderStatus) - set(ON_STATUS) == {
        OrderStatus.AWAITING_PAYMENT,
        OrderStatus.PACKED,
    }


def test_all_e_mails_travel_on_their_own_queue():
    ours = [
        subscription
        for subscription in subscriptions().values()
        if subscription.name.startswith("notifications.")
    ]

    assert len(ours) == 4
    assert {subscription.queue for subscription in ours} == {"notifications"}
