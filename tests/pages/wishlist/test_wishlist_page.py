"""The wishlist's page: what it says of each wish, and what can be done there."""

import pytest

from cart.selectors import get_cart
from catalog.services import retire_product
from tests.factories.accounts import make_customer
from tests.factories.logistics import make_lane, make_warehouse
from tests.factories.shopping import deliver_to, make_sold_product, owner_of
from wishlist.selectors import wished_skus

pytestmark = pytest.mark.django_db


def save(client, sku):
    assert client.post("/wishlist/lines/", {"sku": sku}).status_code == 302


def change(client, sku, **fields):
    return client.post("/wishlist/lines/change/", {"sku": sku, **fields}, follow=True)


def cart_lines(client):
    owner = owner_of(client)
    cart = get_cart(customer_id=owner.customer_id, visitor=owner.visitor)
    return [(line.sku, line.quantity) for line in cart.lines]


def test_an_empty_wishlist_says_so(client):
    assert "Nothing saved yet" in client.get("/wishlist/").text


def test_wishes_show_price_and_arrival_newest_first(client):
    make_sold_product("LAMP", title="Trail Lantern", price_minor=1999)
    make_sold_product("STOVE", title="Camp Stove", options={"Color": "Moss"})
    deliver_to(client)
    save(client, "LAMP")
    save(client, "STOVE")

    page = client.get("/wishlist/")

    assert [wish.sku for wish in page.context["wishes"]] == ["STOVE", "LAMP"]
    assert "2 things for another day." in page.text
    assert "Color: Moss" in page.text
    assert "$19.99" in page.text
    assert page.text.count("Arrives ") == 2


def test_a_wish_that_cannot_be_had_says_why_and_cannot_be_moved(client):
    make_lane(make_warehouse("EAST"), postal_areas="100")
    make_sold_product("FAR", title="Far Lantern", warehouse="EAST")
    make_sold_product("OUT", title="Sold Lantern", stock=0)
    gone = make_sold_product("GONE", title="Old Lantern")
    deliver_to(client)
    for sku in ("FAR", "OUT", "GONE"):
        save(client, sku)
    retire_product(product_id=gone.product_id)

    page = client.get("/wishlist/")

    assert "Not deliverable to 94103" in page.text
    assert "Sold out at the moment" in page.text
    assert "Old Lantern" in page.text
    assert "No longer sold" in page.text
    assert "Move to cart" not in page.text


def test_a_wish_moves_to_the_cart(client):
    make_sold_product("LAMP")
    save(client, "LAMP")

    page = change(client, "LAMP")

    assert "Moved to your cart." in page.text
    assert cart_lines(client) == [("LAMP", 1)]
    assert wished_skus(owner=owner_of(client)) == set()
    assert 'id="cart-count">1<' in page.text


def test_a_wish_that_is_no_longer_sold_stays_and_says_so(client):
    lamp = make_sold_product("LAMP", title="Trail Lantern")
    save(client, "LAMP")
    retire_product(product_id=lamp.product_id)

    page = change(client, "LAMP")

    assert page.status_code == 409
    assert "Trail Lantern is not for sale at the moment." in page.text
    assert wished_skus(owner=owner_of(client)) == {"LAMP"}
    assert cart_lines(client) == []


def test_a_wish_is_taken_off_the_list(client):
    make_sold_product("LAMP")
    save(client, "LAMP")

    page = change(client, "LAMP", action="remove")

    assert "Removed from your wishlist." in page.text
    assert wished_skus(owner=owner_of(client)) == set()


@pytest.mark.parametrize("sku", ["NO-SUCH", "", "\x00"])
def test_an_unknown_sku_is_refused(client, sku):
    page = change(client, sku)

    assert page.status_code == 404
    assert cart_lines(client) == []


def test_htmx_gets_the_list_and_the_number_in_the_header(client):
    make_sold_product("LAMP")
    save(client, "LAMP")

    answer = client.post(
        "/wishlist/lines/change/", {"sku": "LAMP"}, headers={"HX-Request": "true"}
    )

    assert answer.text.lstrip().startswith('<div id="wishlist"')
    assert 'id="cart-count" hx-swap-oob="true">1<' in answer.text


def test_the_wishlist_takes_few_statements(client, django_assert_max_num_queries):
    client.force_login(make_customer())
    for number in range(12):
        make_sold_product(f"LAMP-{number}")
        save(client, f"LAMP-{number}")
    deliver_to(client)
    client.get("/wishlist/")

    with django_assert_max_num_queries(9):
        assert len(client.get("/wishlist/").context["wishes"]) == 12
