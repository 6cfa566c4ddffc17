"""Which e-mails an order's life brings, and what they say."""

import re
from urllib.parse import unquote

import pytest

from orders.states import OrderStatus
from shop.core.order_links import opens_order
from shop.core.visitor import Owner
from tests.factories.accounts import make_customer

pytestmark = pytest.mark.django_db


def test_a_paid_order_is_confirmed_with_its_day(story, mailoutbox):
    story.place()
    assert story.deliver() == []

    story.pay()

    day = f"{story.order.promised_date:%A, %B} {story.order.promised_date.day}"
    assert story.deliver() == [f"Order {story.number} is confirmed: arrives by {day}"]
    [message] = mailoutbox
    assert message.to == ["ada@example.com"]
    assert "We have your payment of $25.00." in message.body
    assert "2 x Desk lamp, Color: Red & blue\n      $20.00" in message.body
    assert "Total     $25.00" in message.body
    assert "500 Howard Street" in message.body


def test_the_html_part_says_the_same_and_escapes(story, mailoutbox):
    story.place().pay().deliver()

    [(html, mimetype)] = mailoutbox[0].alternatives
    assert mimetype == "text/html"
    assert "Thank you, Ada &lt;Park&gt;" in html
    assert "Color: Red &amp; blue" in html
    assert "$25.00" in html
    assert "<script" not in html
    assert "Thank you, Ada <Park>" in mailoutbox[0].body


def test_a_guests_link_carries_a_token(story, mailoutbox):
    story.place().pay().deliver()

    [link] = re.findall(r"See your order: (\S+)", mailoutbox[0].body)

    assert re.fullmatch(rf"http://localhost:\d+/orders/{story.number}/\?token=\S+", link)


def test_a_customers_link_carries_no_token(story, mailoutbox):
    story.owner = Owner(customer_id=make_customer().pk, visitor="v")

    story.place().pay().deliver()

    assert re.search(rf"localhost:\d+/orders/{story.number}/\n", mailoutbox[0].body)


def test_a_parcels_way_is_told_step_by_step(story, mailoutbox):
    story.place().pay().deliver()

    story.ship()
    assert story.deliver() == [f"Order {story.number} is on its way"]
    assert "Your parcel is with the carrier" in mailoutbox[-1].body
    assert "https://track.example/TRACK-1" in mailoutbox[-1].body

    story.arrive()
    assert story.deliver() == [f"Order {story.number} has arrived"]

    story.send_back()
    assert story.deliver() == [f"We have your return of order {story.number}"]

    story.refund("done")
    assert story.deliver() == [f"$25.00 for order {story.number} is on its way back to you"]
    assert "We returned $25.00 the way you paid." in mailoutbox[-1].body


def test_a_declined_payment_is_told(story, mailoutbox):
    story.place().decline()

    assert story.deliver() == [f"Your payment for order {story.number} did not go through"]
    assert "Try again: http" in mailoutbox[0].body


def test_an_order_not_paid_in_time_is_told(story, mailoutbox):
    story.place().run_out_of_time()

    assert story.deliver() == [f"Order {story.number} was not paid in time"]
    assert "Nothing was charged." in mailoutbox[0].body


def test_an_order_cancelled_before_it_was_paid_is_not_called_a_failure(story):
    story.place().cancel()

    assert story.deliver() == [f"Order {story.number} is cancelled"]


def test_who_calls_off_what_was_never_paid_is_sent_nothing(story):
    story.place().call_off()

    assert story.deliver() == []
    assert story.order.status == OrderStatus.PAYMENT_FAILED


def test_who_calls_off_a_paid_order_is_told(story):
    story.place().pay().deliver()
    story.call_off()

    assert story.deliver() == [f"Order {story.number} is cancelled"]


def test_a_cancelled_order_tells_the_reason_and_the_refund(story, mailoutbox):
    story.place().pay().deliver()

    story.cancel(reason="The last one was damaged.")

    assert story.deliver() == [f"Order {story.number} is cancelled"]
    assert "The reason: The last one was damaged." in mailoutbox[-1].body
    assert "we are returning the $25.00 you paid" in mailoutbox[-1].body


def test_late_money_is_announced_to_come_back_and_then_back(story):
    story.place().run_out_of_time().deliver()

    story.pay()
    assert story.deliver() == [
        f"Your payment for order {story.number} came too late: you get it back"
    ]

    story.refund("done")
    assert story.deliver() == [f"$25.00 for order {story.number} is on its way back to you"]


def test_late_money_that_saves_the_order_confirms_it_instead(story, mailoutbox, settings):
    settings.LATE_PAYMENT_POLICY = "reinstate"
    story.place().run_out_of_time().deliver()

    story.pay()

    [subject] = story.deliver()
    assert subject.startswith(f"Order {story.number} is confirmed")
    assert "everything was still there: your order stands" in mailoutbox[-1].body


def test_a_refund_that_failed_goes_to_staff_with_the_reason(story, mailoutbox, settings):
    story.place().pay().cancel().deliver()

    story.refund("failed", reason="account closed", times=5)

    assert story.deliver() == [f"Act: the refund of $25.00 for order {story.number} failed"]
    message = mailoutbox[-1]
    assert message.to == [settings.STAFF_EMAIL]
    assert "It said: account closed" in message.body
    [refund] = story.order.refunds
    assert f"/admin/payments/refund/{refund.refund_id}/change/" in message.body
    assert "ada@example.com" in message.body


def test_what_is_no_longer_true_when_its_turn_comes_is_not_sent(story):
    story.place().pay().cancel()

    assert story.deliver() == [f"Order {story.number} is cancelled"]


def test_the_token_in_the_link_opens_this_order_only(story, mailoutbox):
    story.place().pay().deliver()

    [token] = re.findall(r"token=(\S+)", mailoutbox[0].body)
    token = unquote(token)

    assert opens_order(order_number=story.number, token=token)
    assert not opens_order(order_number="ANOT-HERO-RDER", token=token)
