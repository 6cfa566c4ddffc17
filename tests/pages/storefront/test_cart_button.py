"""Putting things in the cart and on the wishlist from the product page."""

import pytest

from cart.selectors import get_cart
from tests.factories.accounts import make_customer
from tests.factories.catalog import make_draft
from wishlist.selectors import get_wishlist

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def visitor_of(client):
    return client.get("/deliver-to/").wsgi_request.visitor


def lines_of(client):
    cart = get_cart(visitor=visitor_of(client))
    return [(line.sku, line.quantity) for line in cart.lines]


def test_without_script_the_button_leads_to_the_cart(client, sell):
    sell(sku="KETTLE")

    answer = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "2"})

    assert (answer.status_code, answer["Location"]) == (302, "/cart/")
    assert lines_of(client) == [("KETTLE", 2)]


def test_with_htmx_the_count_changes_in_place(client, sell):
    sell(sku="KETTLE")

    answer = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "2"}, headers=HTMX)

    assert answer.status_code == 200
    assert 'id="cart-count" hx-swap-oob="true">2<' in answer.text
    assert "Added to your cart" in answer.text
    assert "2<span" in client.get("/deliver-to/").text


def test_what_is_not_there_is_not_claimed_to_be_added(client, sell):
    sell(sku="KETTLE", stock=3)

    first = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "2"}, headers=HTMX)
    second = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "2"}, headers=HTMX)
    page = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "1"}, follow=True)

    assert "Added to your cart" in first.text
    for answer in (second, page):
        assert "Only 3 left: your cart has them all." in answer.text
        assert "Added to your cart" not in answer.text
    assert lines_of(client) == [("KETTLE", 3)]


def test_what_is_sold_out_is_said_to_be(client, sell):
    sell(sku="KETTLE", stock=0)

    answer = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "1"}, headers=HTMX)

    assert "sold out for your address" in answer.text
    assert "Added to your cart" not in answer.text


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "abc", "1.5", "", "٣"])
def test_a_wrong_quantity_is_refused(client, sell, quantity):
    sell(sku="KETTLE")

    answer = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": quantity})

    assert answer.status_code == 422
    assert lines_of(client) == []


def test_an_unknown_sku_is_not_found(client):
    assert client.post("/cart/lines/", {"sku": "NOPE", "quantity": "1"}).status_code == 404


def test_an_unpublished_product_is_refused_and_htmx_is_told_in_a_toast(client):
    make_draft(sku="DRAFT", title="Secret kettle")

    answer = client.post("/cart/lines/", {"sku": "DRAFT", "quantity": "1"}, headers=HTMX)

    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#toasts")
    assert "is not for sale at the moment." in answer.text
    assert "<html" not in answer.text


def test_reading_the_address_is_not_allowed(client):
    assert client.get("/cart/lines/").status_code == 405


def test_the_count_is_the_customers_own_after_signing_in(client, sell):
    sell(sku="KETTLE")
    client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "2"})
    client.force_login(make_customer())  # the merge belongs to the sign-in page

    assert client.get("/deliver-to/").context["chrome"].cart_count == 0


def test_a_heart_saves_and_forgets(client, sell):
    sell(sku="KETTLE")

    saved = client.post("/wishlist/lines/", {"sku": "KETTLE"}, headers=HTMX)
    assert 'aria-pressed="true"' in saved.text
    assert get_wishlist(visitor=visitor_of(client)).skus == ("KETTLE",)
    assert client.get("/search/").context["results"].cards[0].is_saved

    removed = client.post("/wishlist/lines/", {"sku": "KETTLE", "remove": "1"}, headers=HTMX)
    assert 'aria-pressed="false"' in removed.text
    assert get_wishlist(visitor=visitor_of(client)).skus == ()


def test_without_script_a_heart_leads_back(client, sell):
    sell(sku="KETTLE")

    answer = client.post("/wishlist/lines/", {"sku": "KETTLE", "next": "/search/?q=kettle"})

    assert answer["Location"] == "/search/?q=kettle"


def test_a_sku_that_no_database_can_hold_is_refused(client):
    answer = client.post("/cart/lines/", {"sku": "KET\x00TLE", "quantity": "1"})

    assert answer.status_code == 400
    assert "characters that nobody can type" in answer.text
