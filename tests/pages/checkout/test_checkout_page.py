"""What checkout asks and shows before anything is ordered."""

import pytest
from django.utils import timezone

from accounts.services import save_address
from cart.selectors import get_cart
from catalog.services import retire_product
from logistics.models import Stock
from orders.models import Order
from payments.models import Payment
from shop.core.money import Money
from shop.core.visitor import Owner
from tests.factories.accounts import make_address, make_customer
from tests.factories.logistics import make_lane, make_warehouse
from tests.factories.orders import pay, place_order
from tests.factories.shopping import (
    GUEST,
    deliver_to,
    form_fields,
    make_sold_product,
    owner_of,
    put_in_cart,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp(client):
    """A cart with two lanterns at $19.99; standard costs $5, express $12."""
    main = make_warehouse("MAIN")
    make_lane(main, fee_minor=500, transit_days=4)
    make_lane(main, fee_minor=1200, transit_days=1, service_level="express")
    product = make_sold_product("LAMP", price_minor=1999, title="Trail Lantern")
    put_in_cart(client, "LAMP", 2)
    return product


def cart_lines(client):
    owner = owner_of(client)
    cart = get_cart(customer_id=owner.customer_id, visitor=owner.visitor)
    return [(line.sku, line.quantity) for line in cart.lines]


def test_an_empty_cart_leads_to_the_cart(client):
    answer = client.get("/checkout/")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart/")


def test_a_guest_is_asked_for_the_zip_code_first(client, lamp):
    page = client.get("/checkout/")

    assert page.status_code == 200
    assert "Enter the ZIP code and see when it arrives" in page.text
    assert "See delivery and total" in page.text
    assert "Order and pay" not in page.text
    assert len(page.context["idempotency_key"]) == 32


def test_the_chosen_zip_code_is_filled_in_and_has_options(client, lamp):
    deliver_to(client)

    page = client.get("/checkout/")
    fields = form_fields(page.text)

    assert (fields["postal_code"], fields["city"], fields["region"]) == (
        "94103",
        "San Francisco",
        "CA",
    )
    assert [(o.service_level, o.fee, o.total) for o in page.context["quote"].options] == [
        ("standard", Money(500), Money(4498)),
        ("express", Money(1200), Money(5198)),
    ]
    assert fields["service_level"] == "standard"
    assert fields["expected_total_standard"] == "4498"
    assert fields["expected_total_express"] == "5198"
    assert "Order and pay $44.98" in page.text


def test_without_javascript_a_button_updates_the_options_and_fills_in_the_place(client, lamp):
    sent = {"email": "ada@example.com", "postal_code": "10001", "quote": "1"}

    page = client.post("/checkout/", sent)
    fields = form_fields(page.text)

    assert page.status_code == 200
    assert "Delivery to 10001 New York" in page.text
    assert (fields["email"], fields["city"], fields["region"]) == (
        "ada@example.com",
        "New York",
        "NY",
    )
    assert "This field is required" not in page.text
    assert Order.objects.count() == 0


def test_another_zip_code_changes_city_and_state_that_nobody_typed(client, lamp):
    deliver_to(client)
    fields = form_fields(client.get("/checkout/").text)

    page = client.post("/checkout/", {**fields, "postal_code": "10001", "quote": "1"})
    fields = form_fields(page.text)
    assert (fields["city"], fields["region"]) == ("New York", "NY")

    # A town that shares the code keeps its own name.
    page = client.post("/checkout/", {**fields, "city": "Chelsea", "quote": "1"})
    assert form_fields(page.text)["city"] == "Chelsea"


def test_htmx_gets_delivery_and_summary_as_the_zip_code_is_entered(client, lamp):
    answer = client.post(
        "/checkout/",
        {"postal_code": "94103", "service_level": "express", "quote": "1"},
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<section")
    assert 'id="checkout-summary" aria-label="Order summary" hx-swap-oob="true"' in answer.text
    assert "Order and pay $51.98" in answer.text
    assert 'name="city" value="San Francisco"' in answer.text


def test_half_a_zip_code_is_no_error(client, lamp):
    answer = client.post(
        "/checkout/", {"postal_code": "941", "quote": "1"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert "Where to?" in answer.text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_zip_code_that_does_not_exist_is_said_beside_the_field(client, lamp, headers):
    answer = client.post("/checkout/", {"postal_code": "00000", "quote": "1"}, headers=headers)

    _, _, beside = answer.text.partition('id="id_postal_code_error"')
    assert "“00000” is not a US ZIP code." in beside.partition("</div>")[0]


def test_an_order_that_waits_for_payment_is_reminded_of(client, lamp):
    shopper = type(client)()
    number = place_order(owner=owner_of(shopper))
    put_in_cart(shopper, "LAMP")

    for path in ("/cart/", "/checkout/"):
        page = shopper.get(path)
        assert f"Order {number} waits for your payment" in page.text
        assert f'href="/orders/{number}/"' in page.text
    assert number not in client.get("/cart/").text

    Payment.objects.update(expires_at=timezone.now())
    assert number not in shopper.get("/cart/").text


def test_a_customers_paid_order_is_not_reminded_of(client, lamp):
    customer = make_customer()
    number = place_order(owner=Owner(customer_id=customer.pk, visitor="elsewhere"))
    client.force_login(customer)
    assert f"Order {number} waits" in client.get("/cart/").text

    pay(number)

    assert number not in client.get("/cart/").text


def test_a_customer_chooses_from_the_address_book(client, lamp):
    customer = make_customer(email="ada@example.com")
    save_address(customer_id=customer.pk, address=make_address())
    new_york = make_address(line1="5 Broadway", city="New York", region="NY", postal_code="10001")
    second = save_address(customer_id=customer.pk, address=new_york)
    client.force_login(customer)
    put_in_cart(client, "LAMP")

    page = client.get("/checkout/")
    assert "Signed in as <b>ada@example.com</b>" in page.text
    assert "Delivery to 94105 San Francisco" in page.text
    assert 'name="email"' not in page.text

    page = client.post("/checkout/", {"address": str(second), "quote": "1"})
    assert "Delivery to 10001 New York" in page.text
    assert form_fields(page.text)["address"] == str(second)


def test_a_new_address_is_asked_for_in_full_beside_the_address_book(client, lamp):
    customer = make_customer()
    save_address(customer_id=customer.pk, address=make_address())
    client.force_login(customer)
    put_in_cart(client, "LAMP")

    page = client.post("/checkout/", {"address": "new", "service_level": "standard"})

    assert page.status_code == 422
    assert "Enter the street and number." in page.text
    optional = {f.name for f in page.context["form"] if not f.field.required}
    assert optional == {"line2", "phone", "save_address"}


def test_another_customers_address_is_not_taken(client, lamp):
    stranger = make_customer()
    foreign = save_address(customer_id=stranger.pk, address=make_address(line1="1 Secret Street"))
    customer = make_customer()
    save_address(customer_id=customer.pk, address=make_address())
    client.force_login(customer)
    put_in_cart(client, "LAMP")

    page = client.post("/checkout/", {"address": str(foreign), "quote": "1"})

    assert "1 Secret Street" not in page.text
    assert form_fields(page.text)["address"] == "new"


def test_what_does_not_reach_the_address_is_named_and_can_be_taken_out(client, lamp):
    make_lane(make_warehouse("EAST"), postal_areas="100")
    make_sold_product("FAR", title="Far Lantern", warehouse="EAST")
    put_in_cart(client, "FAR")
    deliver_to(client)

    page = client.get("/checkout/")
    assert "Not all of it reaches 94103 San Francisco" in page.text
    assert "Far Lantern cannot be delivered to San Francisco 94103." in page.text
    assert 'name="place"' not in page.text

    page = client.post("/checkout/", form_fields(page.text, **GUEST, drop="FAR"))
    assert cart_lines(client) == [("LAMP", 2)]
    assert form_fields(page.text)["email"] == "ada@example.com"
    assert "Order and pay $44.98" in page.text


def test_what_is_left_can_be_taken_without_losing_what_was_typed(client, lamp):
    make_sold_product("FEW", stock=5, title="Few Lantern")
    put_in_cart(client, "FEW", 5)
    Stock.objects.filter(sku="FEW").update(on_hand=3)
    deliver_to(client)

    page = client.get("/checkout/")
    assert 'name="take" value="3 FEW"' in page.text

    page = client.post("/checkout/", form_fields(page.text, **GUEST, take="3 FEW"))
    assert cart_lines(client) == [("LAMP", 2), ("FEW", 3)]
    assert form_fields(page.text)["line1"] == "500 Howard Street"


@pytest.mark.parametrize("take", ["", "3", "x FEW", "0 LAMP", "3 \x00", "3 NO-SUCH"])
def test_nonsense_about_a_line_is_refused(client, lamp, take):
    page = client.post("/checkout/", {**GUEST, "take": take})

    assert page.status_code in {404, 422}
    assert "Please look at your cart again" in page.text
    assert cart_lines(client) == [("LAMP", 2)]


def test_taking_the_last_line_out_leads_to_the_empty_cart(client, lamp):
    answer = client.post("/checkout/", {**GUEST, "drop": "LAMP"})

    assert answer.headers["Location"] == "/cart/"
    assert cart_lines(client) == []


def test_a_retired_product_is_marked(client, lamp):
    retire_product(product_id=lamp.product_id)
    deliver_to(client)

    page = client.get("/checkout/")

    assert "Trail Lantern is no longer sold." in page.text
    assert 'name="place"' not in page.text


def test_checkout_of_a_customer_takes_few_statements(client, django_assert_max_num_queries):
    customer = make_customer()
    for number in range(4):
        save_address(customer_id=customer.pk, address=make_address(line1=f"{number} Oak Street"))
    client.force_login(customer)
    for number in range(12):
        make_sold_product(f"LAMP-{number}")
        put_in_cart(client, f"LAMP-{number}")
    deliver_to(client)
    client.get("/checkout/")

    with django_assert_max_num_queries(12):
        page = client.get("/checkout/")

    assert page.context["quote"].chosen is not None
