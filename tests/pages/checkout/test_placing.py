"""Placing an order through the page: the way to the bank, and every refusal."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.selectors import list_addresses
from catalog.services import retire_product
from logistics.models import Stock
from logistics.services import set_stock
from orders.models import Order
from payments.models import Payment
from shop.core.advisory import try_lock
from tests.factories.accounts import make_customer
from tests.factories.catalog import change_product
from tests.factories.logistics import make_lane, make_warehouse
from tests.factories.shopping import (
    checkout_fields,
    deliver_to,
    form_fields,
    make_sold_product,
    owner_of,
    put_in_cart,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp(client):
    """A cart with two of ten lanterns at $19.99; standard costs $5, express $12."""
    main = make_warehouse("MAIN")
    make_lane(main, fee_minor=500, transit_days=4)
    make_lane(main, fee_minor=1200, transit_days=1, service_level="express")
    product = make_sold_product("LAMP", price_minor=1999, title="Trail Lantern")
    put_in_cart(client, "LAMP", 2)
    return product


def place(client, fields):
    return client.post("/checkout/", fields)


def assert_nothing_happened(client):
    assert Order.objects.count() == Payment.objects.count() == 0
    assert set(Stock.objects.values_list("reserved", flat=True)) <= {0}
    assert client.get("/cart/").context["page"].count > 0


def test_an_order_is_placed_and_leads_to_the_banks_page(client, lamp, bank):
    fields = checkout_fields(client)

    answer = place(client, fields)

    order = Order.objects.get()
    payment = Payment.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == payment.session_url
    assert payment.session_url.startswith(f"{bank.url}/pay/")
    assert (order.email, order.total_minor, order.service_level) == (
        "ada@example.com",
        4498,
        "standard",
    )
    assert order.visitor == owner_of(client).visitor
    assert Stock.objects.get().reserved == 2
    assert 'id="cart-count"></span>' in client.get("/").text


def test_express_is_placed_at_its_own_total(client, lamp, bank):
    fields = checkout_fields(client)

    place(client, {**fields, "service_level": "express"})

    assert Order.objects.get().total_minor == 5198


def test_while_the_bank_is_away_the_order_waits_on_its_own_page(client, lamp):
    answer = client.post("/checkout/", checkout_fields(client), follow=True)

    order = Order.objects.get()
    [(url, status)] = answer.redirect_chain
    assert status == 303
    assert url.startswith(f"/orders/{order.number}/?token=")
    assert "The payment page does not answer at the moment." in answer.text
    assert "Pay $44.98 now" in answer.text


def test_a_double_click_places_one_order(client, lamp, bank):
    fields = checkout_fields(client)

    first, second = place(client, fields), place(client, fields)

    assert Order.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_a_customer_orders_to_a_new_address_and_saves_it(client, lamp, bank):
    customer = make_customer(email="grace@example.com")
    client.force_login(customer)
    put_in_cart(client, "LAMP", 2)
    fields = checkout_fields(client, save_address="on")

    answer = place(client, fields)

    order = Order.objects.get()
    assert answer.status_code == 303
    assert (order.customer_id, order.email) == (customer.pk, "grace@example.com")
    [entry] = list_addresses(customer_id=customer.pk)
    assert entry.address.line1 == "500 Howard Street"


def test_htmx_is_told_to_go_to_the_bank(client, lamp, bank):
    answer = client.post("/checkout/", checkout_fields(client), headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == Payment.objects.get().session_url


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "", "Enter your e-mail address."),
        ("email", "ada@", "Enter a valid e-mail address, such as ada@example.com."),
        ("full_name", "  ", "Enter the name of the person who receives the parcel."),
        ("line1", "", "Enter the street and number."),
        ("city", "", "Enter the city."),
        ("region", "", "Choose the state."),
        ("region", "XX", "Select a valid choice. XX is not one of the available choices."),
        ("region", "NY", "94103 is in California, not in New York."),
        ("postal_code", "", "Enter the ZIP code."),
        ("postal_code", "00000", "“00000” is not a US ZIP code."),
        ("phone", "call me", "Enter a telephone number such as (415) 555-0132"),
        ("service_level", "teleport", "Choose one of the ways of delivery."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, lamp, field, value, message):
    fields = checkout_fields(client)

    page = place(client, {**fields, field: value})

    assert page.status_code == 422
    assert message in page.text
    kept = form_fields(page.text)
    assert kept["idempotency_key"] == fields["idempotency_key"]
    if field != "full_name":
        assert kept["full_name"] == "Ada Park"
    assert_nothing_happened(client)


def test_a_total_that_was_never_shown_is_shown_first(client, lamp):
    fields = checkout_fields(client)
    blind = {name: value for name, value in fields.items() if not name.startswith("expected_")}

    page = place(client, blind)

    assert page.status_code == 409
    assert "Please check delivery and total" in page.text
    assert_nothing_happened(client)


def test_another_zip_code_than_the_one_shown_is_shown_first(client, lamp):
    fields = checkout_fields(client)

    page = place(client, {**fields, "postal_code": "10001", "city": "New York", "region": "NY"})

    assert page.status_code == 409
    assert "Delivery to 10001 New York" in page.text
    assert form_fields(page.text)["quoted_postal_code"] == "10001"
    assert_nothing_happened(client)


def test_a_promise_whose_cut_off_is_over_is_shown_anew(client, lamp):
    fields = checkout_fields(client)
    past = (timezone.now() - timedelta(seconds=1)).isoformat()

    page = place(client, {**fields, "order_by_standard": past})

    assert page.status_code == 409
    assert "Please check delivery and total" in page.text
    assert_nothing_happened(client)


@pytest.mark.parametrize("total", ["abc", "-1", "", "9" * 40, "\uff14\uff14\uff19\uff18"])
def test_a_total_that_makes_no_sense_is_shown_anew(client, lamp, total):
    page = place(client, {**checkout_fields(client), "expected_total_standard": total})

    assert page.status_code == 409
    assert_nothing_happened(client)


def test_a_changed_total_is_shown_with_a_fresh_key(client, lamp, bank):
    fields = checkout_fields(client)
    change_product(lamp, price_minor=2499)

    page = place(client, fields)

    assert page.status_code == 409
    assert "The total changed from $44.98 to $54.98 while you were looking" in page.text
    assert_nothing_happened(client)
    again = form_fields(page.text)
    assert again["idempotency_key"] != fields["idempotency_key"]
    assert again["expected_total_standard"] == "5498"
    assert place(client, again).status_code == 303
    assert Order.objects.get().total_minor == 5498


def test_when_somebody_was_faster_it_says_how_many_are_left(client, lamp):
    fields = checkout_fields(client)
    set_stock(warehouse_code="MAIN", sku="LAMP", on_hand=1)

    page = place(client, fields)

    assert page.status_code == 409
    assert "Somebody was faster" in page.text
    assert "Only 1 of Trail Lantern left. Nothing is ordered yet." in page.text
    assert 'name="take" value="1 LAMP"' in page.text
    assert_nothing_happened(client)


def test_when_it_is_sold_out_it_says_so(client, lamp):
    fields = checkout_fields(client)
    set_stock(warehouse_code="MAIN", sku="LAMP", on_hand=0)

    page = place(client, fields)

    assert page.status_code == 409
    assert "Trail Lantern is sold out. Nothing is ordered yet." in page.text
    assert_nothing_happened(client)


def test_what_is_no_longer_sold_is_named(client, lamp):
    fields = checkout_fields(client)
    retire_product(product_id=lamp.product_id)

    page = place(client, fields)

    assert page.status_code == 409
    assert "No longer sold" in page.text
    assert "Trail Lantern: please take it out." in page.text
    assert form_fields(page.text)["line1"] == "500 Howard Street"
    assert_nothing_happened(client)


def test_what_cannot_be_delivered_is_named(client, lamp):
    fields = checkout_fields(client)
    # Both hidden fields are only what a page showed before: the service decides.
    make_lane(make_warehouse("EAST"), postal_areas="100")
    make_sold_product("FAR", title="Far Lantern", warehouse="EAST")
    put_in_cart(client, "FAR")

    page = place(client, fields)

    assert page.status_code == 422
    assert "We cannot deliver this to 94103" in page.text
    assert "Far Lantern: please choose another way of delivery or another address." in page.text
    assert_nothing_happened(client)


def test_express_that_is_not_offered_is_refused(client):
    make_sold_product("LAMP", title="Trail Lantern")
    put_in_cart(client, "LAMP")
    fields = checkout_fields(client)
    fields |= {
        "service_level": "express",
        "expected_total_express": fields["expected_total_standard"],
        "order_by_express": fields["order_by_standard"],
    }

    page = place(client, fields)

    assert page.status_code in {409, 422}
    assert form_fields(page.text)["service_level"] == "standard"
    assert_nothing_happened(client)


def test_an_empty_cart_is_refused_as_a_page(client, lamp, bank):
    fields = checkout_fields(client)
    client.post("/cart/lines/change/", {"sku": "LAMP", "action": "remove"})

    page = place(client, fields)

    assert page.status_code == 409
    assert "Your cart is empty" in page.text
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "key", ["", "short", "with a space", "x" * 101, "é" * 20, "a\x00bcdefghij"]
)
def test_a_bad_key_is_replaced_by_a_good_one(client, lamp, bank, key):
    page = place(client, {**checkout_fields(client), "idempotency_key": key})

    assert page.status_code == 422
    assert "This page was out of date; it is fresh now." in page.text
    assert_nothing_happened(client)
    assert place(client, form_fields(page.text)).status_code == 303


def test_a_key_with_another_order_is_refused(client, lamp, bank):
    fields = checkout_fields(client)
    place(client, fields)

    page = place(client, {**fields, "line1": "1 Oak Street"})
    assert page.status_code == 422
    assert "This form has placed an order already." in page.text

    put_in_cart(client, "LAMP")
    page = place(client, {**fields, "line1": "1 Oak Street"})
    assert page.status_code == 422
    assert form_fields(page.text)["idempotency_key"] != fields["idempotency_key"]
    assert Order.objects.count() == 1


def test_who_holds_too_much_unpaid_is_led_to_those_orders(client, lamp, bank, settings):
    settings.MAX_UNPAID_ORDERS = 1
    place(client, checkout_fields(client))
    put_in_cart(client, "LAMP")

    page = place(client, checkout_fields(client))

    assert page.status_code == 409
    assert "1 orders of yours wait for their payment." in page.text
    assert '<a href="/orders/">See my orders</a>' in page.text
    assert Order.objects.count() == 1
    assert client.get("/cart/").context["page"].count == 1


def test_who_shops_where_too_much_is_held_unpaid_is_asked_to_wait(client, lamp, bank, settings):
    settings.MAX_UNPAID_ORDERS_PER_ADDRESS = 1
    for number in range(2):
        browser = Client(REMOTE_ADDR="198.51.100.7")
        put_in_cart(browser, "LAMP")
        deliver_to(browser)
        page = place(browser, checkout_fields(browser))
        assert page.status_code == (409 if number else 303)

    assert "Too many orders from your network wait for their payment." in page.text
    assert Order.objects.count() == 1


def test_placing_takes_few_statements(client, bank, django_assert_max_num_queries):
    client.force_login(make_customer())
    for number in range(12):
        make_sold_product(f"LAMP-{number}")
        put_in_cart(client, f"LAMP-{number}")
    deliver_to(client)
    fields = checkout_fields(client)

    with django_assert_max_num_queries(34):
        assert place(client, fields).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_a_second_click_during_the_first_waits_and_asks_again(client, lamp, bank):
    fields = checkout_fields(client)
    owner = f"visitor:{owner_of(client).visitor}"
    holding, done = threading.Event(), threading.Event()

    def hold_key() -> None:
        with transaction.atomic():
            assert try_lock(f"{owner}:{fields['idempotency_key']}")
            holding.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold_key)
    thread.start()
    assert holding.wait(10)
    page = place(client, fields)
    done.set()
    thread.join()

    assert (page.status_code, page.headers["Retry-After"]) == (409, "1")
    assert "Placing your order" in page.text
    assert 'hx-trigger="load delay:1s, submit"' in page.text
    assert Order.objects.count() == 0
    again = form_fields(page.text)
    assert again == fields
    assert place(client, again).status_code == 303
    assert Order.objects.count() == 1


def test_placing_needs_a_csrf_token(client):
    assert Client(enforce_csrf_checks=True).post("/checkout/", {}).status_code == 403
