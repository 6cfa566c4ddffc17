"""The cart's page: what it says of each line, and what can be done there."""

import json
from typing import Any

import pytest

from cart.selectors import get_cart
from catalog.services import retire_product
from logistics.models import Stock
from shop.core import stream
from shop.core.money import Money
from tests.factories.accounts import make_customer
from tests.factories.catalog import change_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.factories.shopping import deliver_to, make_sold_product, owner_of, put_in_cart
from wishlist.selectors import wished_skus

pytestmark = pytest.mark.django_db


def lines_of(client):
    owner = owner_of(client)
    cart = get_cart(customer_id=owner.customer_id, visitor=owner.visitor)
    return [(line.sku, line.quantity) for line in cart.lines]


def events(kind):
    """Return the behavioural events of a kind, oldest first, without what differs each time."""
    entries: Any = stream.client().xrange(stream.KEY)  # the driver's types know every protocol
    rows = [json.loads(fields["event"]) for _, fields in entries]
    fleeting = {"event_id", "occurred_at", "visitor", "customer_id", "kind"}
    return [
        {name: value for name, value in row.items() if name not in fleeting}
        for row in rows
        if row["kind"] == kind
    ]


@pytest.fixture(autouse=True)
def _empty_stream():
    stream.client().delete(*stream.KEYS)


def change(client, sku, **fields):
    return client.post("/cart/lines/change/", {"sku": sku, **fields})


def test_an_empty_cart_says_so(client):
    page = client.get("/cart/")

    assert page.status_code == 200
    assert "Your cart is empty" in page.text
    assert "/checkout/" not in page.text


def test_the_cart_shows_lines_total_and_the_day_it_arrives(client):
    make_sold_product("LAMP", price_minor=1999, title="Trail Lantern", options={"Color": "Red"})
    deliver_to(client)
    put_in_cart(client, "LAMP", 2)

    page = client.get("/cart/")

    assert "2 items for 94103 San Francisco" in page.text
    assert "Trail Lantern" in page.text
    assert "Color: Red · $19.99 each" in page.text
    cart = page.context["page"]
    assert cart.review.items_total == Money(3998)
    assert cart.standard.fee == Money(500)
    assert cart.total == Money(4498)
    assert "$44.98" in page.text
    assert 'href="/checkout/"' in page.text


def test_without_an_address_the_cart_asks_for_one(client):
    make_sold_product("LAMP")
    put_in_cart(client, "LAMP")

    page = client.get("/cart/")

    assert "When would it arrive?" in page.text
    assert page.context["page"].standard is None
    assert 'href="/checkout/"' in page.text


def test_a_changed_price_is_told_once(client):
    lamp = make_sold_product("LAMP", price_minor=1999, title="Trail Lantern")
    put_in_cart(client, "LAMP")
    change_product(lamp, price_minor=2499)

    first, second = client.get("/cart/"), client.get("/cart/")

    assert "The price of Trail Lantern changed from $19.99 to $24.99." in first.text
    assert "changed from" not in second.text
    assert second.context["page"].review.items_total == Money(2499)


def test_what_is_no_longer_sold_blocks_checkout_and_can_be_removed(client):
    lamp = make_sold_product("LAMP", title="Trail Lantern")
    put_in_cart(client, "LAMP")
    retire_product(product_id=lamp.product_id)

    page = client.get("/cart/")

    assert "Trail Lantern is no longer sold." in page.text
    assert 'href="/checkout/"' not in page.text
    assert client.get("/cart/").context["page"].is_blocked
    change(client, "LAMP", action="remove")
    assert lines_of(client) == []


def test_only_some_left_can_be_taken_in_one_click(client):
    make_sold_product("LAMP", stock=5, title="Trail Lantern")
    deliver_to(client)
    put_in_cart(client, "LAMP", 5)
    Stock.objects.filter(sku="LAMP").update(on_hand=3)

    page = client.get("/cart/")
    assert "Only 3 of Trail Lantern left for San Francisco 94103." in page.text
    assert 'name="take" value="3"' in page.text

    change(client, "LAMP", quantity="5", take="3")
    assert lines_of(client) == [("LAMP", 3)]
    assert 'href="/checkout/"' in client.get("/cart/").text


def test_what_cannot_reach_the_address_is_said(client):
    east = make_warehouse("EAST")
    make_lane(east, postal_areas="100")
    make_sold_product("LAMP", title="Trail Lantern", warehouse="EAST")
    deliver_to(client)
    put_in_cart(client, "LAMP")

    page = client.get("/cart/")

    assert "Trail Lantern cannot be delivered to San Francisco 94103." in page.text
    assert "Not all of it reaches 94103 San Francisco" in page.text
    assert 'href="/checkout/"' in page.text  # another address may be given there


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("0", "The quantity must be from 1 to 99, not 0."),
        ("-1", "The quantity must be from 1 to 99, not -1."),
        ("1000000000", "The quantity must be from 1 to 99, not 1000000000."),
        ("abc", "“abc” is not a quantity: type a whole number from 1 to 99."),
        ("", "“” is not a quantity: type a whole number from 1 to 99."),
    ],
)
def test_a_bad_quantity_is_refused_at_its_line(client, quantity, message):
    make_sold_product("LAMP")
    put_in_cart(client, "LAMP", 2)

    page = change(client, "LAMP", quantity=quantity)

    assert page.status_code == 422
    assert message in page.text
    assert page.context["page"].error_sku == "LAMP"
    assert lines_of(client) == [("LAMP", 2)]


@pytest.mark.parametrize("sku", ["NO-SUCH", "", "\x00", "x" * 5000])
def test_a_line_that_is_not_there_is_refused(client, sku):
    make_sold_product("LAMP")
    put_in_cart(client, "LAMP")

    page = change(client, sku, quantity="2")

    assert page.status_code == 404
    assert "This item is no longer in your cart." in page.text
    assert lines_of(client) == [("LAMP", 1)]


def test_quantity_remove_and_save_for_later_without_javascript(client):
    for sku in ("LAMP", "STOVE"):
        make_sold_product(sku)
        put_in_cart(client, sku)

    answer = change(client, "LAMP", quantity="3")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cart/")
    assert lines_of(client) == [("LAMP", 3), ("STOVE", 1)]

    page = client.post("/cart/lines/change/", {"sku": "LAMP", "action": "save"}, follow=True)
    assert "Saved for later: it is on your wishlist." in page.text
    assert lines_of(client) == [("STOVE", 1)]
    assert wished_skus(owner=owner_of(client)) == {"LAMP"}

    page = client.post("/cart/lines/change/", {"sku": "STOVE", "action": "remove"}, follow=True)
    assert "Removed from your cart." in page.text
    assert lines_of(client) == []


def test_htmx_gets_the_cart_and_the_number_in_the_header(client):
    make_sold_product("LAMP")
    put_in_cart(client, "LAMP")

    answer = client.post(
        "/cart/lines/change/", {"sku": "LAMP", "quantity": "4"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="cart"')
    assert 'id="cart-count" hx-swap-oob="true">4<' in answer.text
    assert client.get("/cart/").context["page"].count == 4


def test_one_shopper_does_not_change_anothers_cart(client):
    make_sold_product("LAMP")
    put_in_cart(client, "LAMP")
    stranger = type(client)()

    assert change(stranger, "LAMP", quantity="9").status_code == 404
    assert lines_of(client) == [("LAMP", 1)]


def test_changes_are_recorded_as_events(client):
    make_sold_product("LAMP")
    put_in_cart(client, "LAMP")

    change(client, "LAMP", quantity="2")
    change(client, "LAMP", action="save")
    change(client, "LAMP", quantity="2")  # refused: nothing to tell

    assert events("cart") == [
        {"action": "add", "sku": "LAMP", "quantity": 1},
        {"action": "set", "sku": "LAMP", "quantity": 2},
        {"action": "remove", "sku": "LAMP"},
    ]
    assert events("wishlist") == [{"action": "add", "sku": "LAMP"}]


def test_the_cart_of_a_customer_takes_few_statements(client, django_assert_max_num_queries):
    client.force_login(make_customer())
    for number in range(12):
        make_sold_product(f"LAMP-{number}")
        put_in_cart(client, f"LAMP-{number}")
    deliver_to(client)
    put_stock("LAMP-0", 5, "SECOND")
    client.get("/cart/")  # categories and lanes are cached for everybody

    with django_assert_max_num_queries(10):
        page = client.get("/cart/")

    assert page.context["page"].standard is not None


def test_changes_need_a_post_and_a_csrf_token(client):
    assert client.get("/cart/lines/change/").status_code == 405
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.post("/cart/lines/change/", {"sku": "LAMP"}).status_code == 403
