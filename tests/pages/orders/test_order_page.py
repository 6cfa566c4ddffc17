"""The page of an order: who may see it, and what it says in each state."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from logistics.models import Shipment, Stock
from orders import services
from orders.models import Order, TimelineEntry
from orders.states import OrderStatus
from payments.models import Payment, Refund
from payments.outcomes import record_failure
from payments.types import RefundInfo
from shop.core.money import Money
from shop.core.order_links import sign_order_link
from shop.core.visitor import Owner
from shop.pages.order_words import refund_of
from tests.factories.accounts import make_customer
from tests.factories.orders import pay, place_order, ship, time_out
from tests.factories.shopping import checkout_fields, make_sold_product, owner_of, put_in_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp():
    return make_sold_product(
        "LAMP", price_minor=1999, title="Trail Lantern", options={"Size": "L"}
    )


@pytest.fixture
def number(client, lamp):
    """An order of two lanterns that the browser placed as a guest."""
    return place_order(owner=owner_of(client), quantity=2)


def test_the_browser_that_placed_it_sees_what_was_ordered(client, number):
    page = client.get(f"/orders/{number}/")

    assert page.status_code == 200
    for text in (
        number,
        "Waiting for your payment",
        "Trail Lantern",
        "Size: L · 2 \u00d7 $19.99",
        "$39.98",
        "$44.98",
        "500 Howard Street",
        "News goes to ada@example.com.",
        "Order placed",
    ):
        assert text in page.text


def test_strangers_do_not_learn_that_it_exists(client, number):
    stranger = type(client)()

    for path in (f"/orders/{number}/", f"/orders/{number}/news/"):
        assert stranger.get(path).status_code == 404
    for action in ("pay", "cancel", "try-again"):
        assert stranger.post(f"/orders/{number}/{action}/").status_code == 404
    assert Order.objects.get().status == OrderStatus.AWAITING_PAYMENT


def test_a_signed_link_opens_it_anywhere_and_only_that_one(client, number):
    other = place_order(owner=Owner(visitor="somebody"))
    token = sign_order_link(number).partition("token=")[2]
    anywhere = type(client)()

    assert anywhere.get(sign_order_link(number)).status_code == 200
    assert anywhere.get(f"/orders/{other}/?token={token}").status_code == 404
    assert anywhere.get(f"/orders/{number}/?token=wrong").status_code == 404
    assert anywhere.get(f"/orders/{number}/?token={'x' * 5000}").status_code == 404
    assert anywhere.get(f"/orders/{number}/?token=%00").status_code == 404


def test_a_customers_order_is_the_customers_alone(client, lamp):
    customer = make_customer()
    number = place_order(owner=Owner(customer_id=customer.pk, visitor="home"))

    client.force_login(make_customer())
    assert client.get(f"/orders/{number}/").status_code == 404
    client.force_login(customer)
    assert client.get(f"/orders/{number}/").status_code == 200


@pytest.mark.parametrize(
    "number", ["NO-SUCH-NUMBER", "4F7K-92MX-QH3T", "x" * 300, "%00", "0000-0000-000é"]
)
def test_a_number_that_does_not_exist_is_not_found(client, number):
    assert client.get(f"/orders/{number}/").status_code == 404


def test_an_unpaid_order_shows_the_time_left_and_asks_for_news(client, number):
    page = client.get(f"/orders/{number}/")
    view = page.context["page"]

    assert 590 <= view.payment.seconds_left <= 600
    assert view.payment.left in page.text
    assert "Pay $44.98 now" in page.text
    assert 'hx-trigger="every 2s, order-news"' in page.text
    assert "<noscript><meta" in page.text


def test_an_order_that_goes_on_says_where_it_is_told_at_once(client, number, settings):
    page = client.get(f"/orders/{number}/")
    address = f"{settings.LIVE_URL}/ws/orders/{number}/"

    assert f'data-live="{address}" data-live-after="1"' in page.text
    assert "data-live-token" not in page.text
    assert f"connect-src 'self' {settings.LIVE_URL};" in page["Content-Security-Policy"]


def test_the_page_behind_a_link_listens_by_that_link(client, number):
    token = parse_qs(urlsplit(sign_order_link(number)).query)["token"][0]

    page = Client().get(f"/orders/{number}/", {"token": token})

    assert f'data-live-token="{token}"' in page.text


def test_news_is_204_until_something_changes(client, number):
    mark = client.get(f"/orders/{number}/").context["page"].mark

    assert client.get(f"/orders/{number}/news/?mark={mark}").status_code == 204
    pay(number)
    answer = client.get(f"/orders/{number}/news/?mark={mark}")

    assert answer.status_code == 200
    assert answer.text.startswith('<div id="order" hx-get="')
    assert 'hx-trigger="every 20s, order-news"' in answer.text
    assert "Thank you, your order is confirmed" in answer.text
    assert "Payment received" in answer.text


def test_when_the_time_is_over_and_the_end_not_yet_told_it_says_so(client, number):
    Payment.objects.update(expires_at=timezone.now())

    page = client.get(f"/orders/{number}/")

    assert "The time to pay is over" in page.text
    assert "/pay/" not in page.text


def test_a_timed_out_order_offers_to_try_again(client, number):
    time_out(number)

    page = client.get(f"/orders/{number}/")
    assert "The time to pay ran out" in page.text
    assert "No payment arrived in time; the items went back on the shelf." in page.text
    assert "hx-trigger" not in page.text.partition('id="order"')[2].partition(">")[0]

    answer = client.post(f"/orders/{number}/try-again/", follow=True)
    assert answer.redirect_chain == [("/cart/", 303)]
    assert "Your items are back in the cart." in answer.text
    assert answer.context["page"].count == 2


def test_trying_again_twice_adds_nothing(client, number):
    time_out(number)

    client.post(f"/orders/{number}/try-again/")
    answer = client.post(f"/orders/{number}/try-again/", follow=True)

    assert answer.context["page"].count == 2


def test_a_declined_payment_says_so(client, number):
    payment = Payment.objects.get()
    record_failure(payment_id=payment.id, cause="payment.failed", now=timezone.now())

    page = client.get(f"/orders/{number}/")

    assert "The payment did not go through" in page.text
    assert "The bank declined the payment." in page.text
    assert "nothing is charged" in page.text


def test_an_order_that_is_not_unpaid_cannot_be_tried_again(client, number):
    answer = client.post(f"/orders/{number}/try-again/", follow=True)

    assert "This order cannot be tried again." in answer.text
    assert client.get("/cart/").context["page"].count == 0


def test_late_money_is_seen_on_its_way_back(client, number):
    time_out(number)
    pay(number)

    page = client.get(f"/orders/{number}/")

    assert "Refund of $44.98 is on its way" in page.text
    assert "Your payment arrived after the time to pay was over." in page.text
    assert "nothing is charged" not in page.text
    assert 'hx-trigger="every 10s, order-news"' in page.text
    assert "data-live" not in page.text
    titles = [entry.title for entry in page.context["page"].entries]
    assert titles == [
        "Order placed",
        "The time to pay ran out",
        "The payment came too late; refund started",
    ]


def test_money_that_is_back_says_so_and_the_page_rests(client, number):
    pay(number)
    client.post(f"/orders/{number}/cancel/")
    Refund.objects.update(state="done", settled_at=timezone.now())

    page = client.get(f"/orders/{number}/")

    assert "The bank sent the money back on " in page.text
    assert page.context["page"].entries[-1].title == "$44.98 refunded"
    assert page.context["page"].poll_seconds == 0


def test_a_refund_that_failed_is_staffs_to_mend(client, number):
    pay(number)
    client.post(f"/orders/{number}/cancel/")
    Refund.objects.update(state="failed")

    page = client.get(f"/orders/{number}/")

    assert "Refund of $44.98 is delayed" in page.text
    assert "our staff are looking after it." in page.text


def test_an_unpaid_order_is_cancelled_and_its_stock_given_back(client, number):
    answer = client.post(f"/orders/{number}/cancel/", follow=True)

    assert "The order was cancelled." in answer.text
    assert "This order was cancelled" in answer.text
    assert "Called off before anything was paid." in answer.text
    assert Order.objects.get().status == OrderStatus.PAYMENT_FAILED
    assert Stock.objects.get().reserved == 0


def test_a_paid_order_is_cancelled_and_refunded(client, number):
    pay(number)

    answer = client.post(f"/orders/{number}/cancel/", follow=True)

    assert Order.objects.get().status == OrderStatus.CANCELLED
    assert "Refund of $44.98 is on its way" in answer.text
    assert "The order was cancelled. The money is on its way back to you" in answer.text


def test_a_shipped_order_is_not_cancelled(client, number):
    pay(number)
    ship(number)

    answer = client.post(f"/orders/{number}/cancel/", follow=True)

    assert "it cannot become “cancelled”. It was not cancelled." in answer.text
    assert Order.objects.get().status == OrderStatus.SHIPPED


def test_a_shipped_order_shows_its_parcels(client, number):
    pay(number)
    ship(number)

    page = client.get(f"/orders/{number}/")

    assert "Your order is on its way" in page.text
    assert 'href="https://track.example/1Z-42"' in page.text
    assert "Cancel this order" not in page.text
    titles = [entry.title for entry in page.context["page"].entries]
    assert titles[:4] == ["Order placed", "Payment received", "Packed", "Handed to the carrier"]
    assert titles[4].startswith("Arrives ")


def test_an_archived_order_looks_like_a_live_one(client, number, settings):
    pay(number)
    ship(number)
    services.deliver_order(number=number, actor="staff", now=timezone.now())
    live = client.get(f"/orders/{number}/")

    services.archive_order(number=number, now=timezone.now() + timedelta(days=365))

    archived = client.get(f"/orders/{number}/")
    assert Order.objects.count() == 0
    assert body_of(archived) == body_of(live)


def test_an_order_archived_unpaid_can_still_be_tried_again(client, number):
    time_out(number)
    services.archive_order(number=number, now=timezone.now() + timedelta(days=365))
    assert Order.objects.count() == 0
    assert "try-again" in client.get(f"/orders/{number}/").text

    answer = client.post(f"/orders/{number}/try-again/", follow=True)

    assert answer.redirect_chain == [("/cart/", 303)]
    assert answer.context["page"].count == 2


def body_of(page):
    return page.text.partition('id="order"')[2].partition("</main>")[0]


def test_times_are_told_where_the_parcel_goes(client, lamp):
    number = place_order(owner=owner_of(client))
    noon = timezone.now().replace(month=1, day=15, hour=20, minute=5)
    Order.objects.update(placed_at=noon)
    TimelineEntry.objects.update(at=noon)

    page = client.get(f"/orders/{number}/")

    assert f"January 15, {noon.year}, 12:05 PM" in page.text  # San Francisco, 8 h behind


def test_all_dates_of_a_parcel_and_a_refund_are_of_one_zone_named_once(client, lamp):
    number = place_order(owner=owner_of(client))
    pay(number)
    ship(number)
    evening = datetime(2027, 1, 16, 2, tzinfo=UTC)  # still Friday the 15th in San Francisco
    Shipment.objects.update(delivered_at=evening)

    page = client.get(f"/orders/{number}/")

    assert "Delivered Fri, Jan 15" in page.text
    assert "from Warehouse MAIN" in page.text
    assert page.text.count("All times are those of San Francisco, CA.") == 1


def test_a_refund_is_told_on_the_day_of_the_address():
    at = datetime(2027, 1, 16, 2, tzinfo=UTC)
    refund = RefundInfo(
        refund_id=uuid4(),
        amount=Money(1999),
        state="done",
        state_label="Done",
        reason="cancelled",
        requested_at=at,
        settled_at=at,
    )

    view = refund_of(refund, zone=ZoneInfo("America/Los_Angeles"))

    assert view.text == "The order was cancelled. The bank sent the money back on January 15."


@pytest.mark.parametrize(
    ("seconds", "text", "is_hidden"),
    [
        (580, "9:40", False),
        (3600 * 3 + 301, "3 h 5 min", True),
        (86_400 * 7 - 60, "6 days 23 h", True),
    ],
)
def test_the_countdown_can_be_read_however_long(client, number, seconds, text, is_hidden):
    now = timezone.now().replace(microsecond=0)
    Payment.objects.update(created_at=now, expires_at=now + timedelta(seconds=seconds))

    with time_machine.travel(now, tick=False):
        page = client.get(f"/orders/{number}/")

    assert f'aria-live="off">{text}</p>' in page.text
    assert (" hidden aria-label" in page.text) is is_hidden


def test_coming_back_paid_before_the_banks_message_the_gateway_is_asked(client, lamp, bank):
    put_in_cart(client, "LAMP")
    client.post("/checkout/", checkout_fields(client))
    payment = Payment.objects.get()
    bank.act(payment.session_ref, "pay")

    page = client.get(f"/orders/{payment.order_number}/")
    assert "Waiting for your payment" in page.text  # too early to bother the bank

    Payment.objects.update(created_at=timezone.now() - timedelta(seconds=3))
    page = client.get(f"/orders/{payment.order_number}/")
    assert "Thank you, your order is confirmed" in page.text


def test_a_gateway_that_is_away_does_not_break_the_page(client, number):
    Payment.objects.update(
        created_at=timezone.now() - timedelta(seconds=9),
        session_ref="ses_1",
        session_url="http://x/",
    )

    page = client.get(f"/orders/{number}/")

    assert page.status_code == 200
    assert "Waiting for your payment" in page.text


def test_pay_now_goes_to_the_bank_also_with_a_signed_link(client, number, bank):
    token = sign_order_link(number).partition("token=")[2]

    answer = type(client)().post(f"/orders/{number}/pay/", {"token": token})

    assert answer.status_code == 303
    assert answer.headers["Location"] == Payment.objects.get().session_url


def test_paying_too_late_leads_back_to_the_order(client, number, bank):
    time_out(number)

    answer = client.post(f"/orders/{number}/pay/")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/orders/{number}/")


def test_an_order_page_takes_few_statements(client, lamp, django_assert_max_num_queries):
    customer = make_customer()
    number = place_order(owner=Owner(customer_id=customer.pk, visitor="home"))
    pay(number)
    ship(number)
    client.force_login(customer)
    client.get("/")

    with django_assert_max_num_queries(12):
        assert client.get(f"/orders/{number}/").status_code == 200
